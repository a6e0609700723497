/**
 * When each device was known for what it is: the recordings of a scan (`--record`), judged again one by one in the order of
 * their time stamps. Sends nothing and measures nothing by itself.
 */
import { readFileSync } from 'node:fs';
import { loadEngine } from '../../agent/commands/engine.ts';
import { createHostTable } from '../../agent/sweep/hosts.ts';
import { recordingSchema } from '../../probes/recording.ts';
import type { Placed } from './population.ts';
import { fold, truthOf, type NamesOf } from './score.ts';

/** Milliseconds since the start of the scan, ascending: one for each device, when its right maker was first named. */
export function identifiedAfterMs(recordFile: string, startedAt: string, hosts: readonly Placed[], namesOf: NamesOf): number[] {
  const devices = new Map(hosts.filter(({ role }) => role === 'device').map((device) => [device.address, device]));
  const known = new Map<string, number>();
  let at = startedAt;
  const table = createHostTable({
    signatures: loadEngine().signatures,
    clock: { nowMs: () => Date.parse(at), timestamp: () => at, sleep: () => Promise.resolve() },
    macOf: () => undefined,
    onRecording: () => undefined,
    onHost: (host) => {
      const device = devices.get(host.address);
      const maker = host.identity().maker?.name;
      if (!device || maker === undefined || known.has(host.address)) return;
      if (namesOf(truthOf(device).maker ?? '').has(fold(maker))) known.set(host.address, Date.parse(at) - Date.parse(startedAt));
    },
  });
  for (const line of readFileSync(recordFile, 'utf8').split('\n')) {
    if (line === '') continue;
    const recording = recordingSchema.parse(JSON.parse(line));
    at = recording.at ?? at;
    table.report(recording);
  }
  return [...known.values()].sort((a, b) => a - b);
}
