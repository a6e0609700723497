/**
 * `npm run mask -- [--signature] [FILE…]`: recordings in (JSON Lines, `-` or nothing for stdin), masked recordings out, fit to be
 * published. `--signature` prints a skeleton of signatures for them instead. Notes go to stderr.
 */
import { main } from './mask/main.ts';

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  say: (text) => process.stderr.write(`${text}\n`),
});
