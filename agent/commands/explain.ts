/** `camsweep explain ADDRESS`: why a scan said what it said, judged again from its recordings. */
import type { Observation } from '../../probes/observation.ts';
import type { Recording } from '../../probes/recording.ts';
import { CamsweepError, EXIT } from '../errors.ts';
import { identify } from '../identify/identify.ts';
import type { StoredScan } from '../inventory/scan-file.ts';
import { judgePolicies } from '../policy/judge.ts';
import { describeDevice } from '../report/device.ts';
import { jsonText } from '../report/json.ts';
import { renderExplanation } from '../report/explain.ts';
import { observationsOf } from '../sweep/hosts.ts';
import { loadEngine, loadWholeData } from './engine.ts';
import { isOffSubnet } from './off-subnet.ts';
import type { Io } from './io.ts';
import { loadScan, type WantedScan } from './stored-scan.ts';

/** Prints the chain for one address, which may also be given by MAC. */
export function explain(key: string, policies: readonly string[], asJson: boolean, io: Io, wanted?: WantedScan): number {
  const { stored, address: found } = loadScan(wanted && { ...wanted, key });
  const { address, recordings } = find(stored, found ?? key);
  const { data, signatures } = loadEngine();
  const observations: Observation[] = recordings.flatMap(observationsOf);
  const identity = identify(observations, signatures);
  const verdicts = judgePolicies(identity, data, policies);
  const device = describeDevice({ address, identity, observations, verdicts, offSubnet: isOffSubnet(address, stored) });
  if (asJson) {
    io.out(`${jsonText({ ...device, recordings }, 2)}\n`);
    return EXIT.done;
  }
  const byId = new Map(
    loadWholeData()
      .makers.flatMap((maker) => maker.signatures)
      .map((signature) => [signature.id, signature] as const),
  );
  io.out(
    renderExplanation({
      address,
      identity,
      verdicts,
      device,
      scannedAt: stored.head.startedAt,
      recordings: new Map(recordings.map((recording) => [recording.id, recording] as const)),
      signatureOf: (id) => byId.get(id),
      outcomes: stored.tail?.coverage[address] ?? {},
      scanned: `${stored.head.startedAt}${stored.tail === undefined ? ', scan did not end' : stored.tail.interrupted ? ', scan interrupted' : ''}`,
    }),
  );
  return EXIT.done;
}

function find({ recordings, head }: StoredScan, key: string): { address: string; recordings: Recording[] } {
  const wanted = key.trim().toLowerCase();
  const hit = recordings.find(({ from, response }) => from.address === wanted || from.mac === wanted || response.mac === wanted);
  if (!hit) throw new CamsweepError('device-unknown', `${key}: nothing answered from there in the scan of ${head.startedAt}`);
  const { address } = hit.from;
  return { address, recordings: recordings.filter(({ from }) => from.address === address) };
}
