/** Preloaded into our own scan for one extra run: how long its event loop was ever blocked, written when it ends. */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env.BENCH_LOOP_FILE;
const RESOLUTION_MS = 5;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
/** Loading the program blocks the loop before there is anything to scan: that is start-up, measured by itself. */
const AFTER_START_MS = 300;
setTimeout(() => {
  delay.reset();
  delay.enable();
}, AFTER_START_MS).unref();
process.on('exit', () => {
  if (file !== undefined) writeFileSync(file, String(Math.max(0, delay.max / 1e6 - RESOLUTION_MS)));
});
