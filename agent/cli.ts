#!/usr/bin/env node
/** Entry: the program, its signals, and errors mapped to exit codes. `--version` answers before anything is loaded. */
import { VERSION } from './version.ts';

if (process.argv[2] === '--version' || process.argv[2] === '-V') process.stdout.write(`${VERSION}\n`);
else await import('./program.ts').then(({ main }) => main(process.argv));
