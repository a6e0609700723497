/** `npm run fuzz -- [ITERATIONS] [SEED]`: a long run over every decoder; a million inputs a protocol when nothing is said. */
import { main } from './fuzz.ts';

const iterations = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000_000);
if (!Number.isSafeInteger(iterations) || iterations < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('usage: npm run fuzz -- [ITERATIONS] [SEED], whole numbers\n');
  process.exitCode = 2;
} else {
  process.exitCode = main(iterations, seed, (line) => void process.stdout.write(`${line}\n`));
}
