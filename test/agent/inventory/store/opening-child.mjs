/** A process that makes stores one after the other, each at a moment of its own, together with another one that does the same. Faults go to stdout. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../../../dist/agent/inventory/store/store.js';
import { systemClock } from '../../../../dist/agent/clock.js';

const [folder, count, firstAtMs, everyMs] = process.argv.slice(2);
for (let file = 0; file < Number(count); file++) {
  while (Date.now() < Number(firstAtMs) + file * Number(everyMs));
  try {
    openStore(join(folder, `new-${file}.db`), { clock: systemClock }).close();
  } catch (error) {
    writeSync(1, `${error.message}\n`);
  }
}
