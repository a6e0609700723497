/** Lets a plain `node` run the TypeScript of this checkout: tests start helpers in namespaces, where no test runner is. */
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
