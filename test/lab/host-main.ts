/**
 * One host of the emulated LAN as a process of its own, for a network namespace:
 *
 *     node host-main.js HOST-ID ADDRESS [MAC]
 *
 * Standard ports, multicast joined on the interface that has ADDRESS. Writes `ready` and its truth as one JSON line to
 * stdout, and its violations as one JSON line each when it is told to end (TERM, INT, or its parent's IPC channel closing).
 */
import { findHost, startHost } from './lab.ts';

const [id = '', address = '', mac] = process.argv.slice(2);
const host = findHost(id);
if (!host || address === '') {
  process.stderr.write('usage: host-main HOST-ID ADDRESS [MAC]\n');
  process.exit(2);
}

const started = await startHost(host, { address, interfaceAddress: address, mac });
process.stdout.write(`${JSON.stringify({ ready: true, ...started.truth })}\n`);

let ending = false;
const end = (): void => {
  if (ending) return;
  ending = true;
  for (const violation of started.violations) process.stdout.write(`${JSON.stringify({ violation })}\n`);
  void started.stop().then(() => process.exit(0));
};
process.on('SIGTERM', end);
process.on('SIGINT', end);
process.on('disconnect', end);
