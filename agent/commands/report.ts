/** `camsweep report --html FILE`: the last scan, judged again from its recordings, as one page. */
import { writeFileSync } from 'node:fs';
import type { Observation } from '../../probes/observation.ts';
import { CamsweepError, EXIT, messageOfError } from '../errors.ts';
import { identify } from '../identify/identify.ts';
import type { StoredScan } from '../inventory/scan-file.ts';
import { judgePolicies } from '../policy/judge.ts';
import { describeDevice, type DeviceReport } from '../report/device.ts';
import { renderHtml } from '../report/html.ts';
import { groupDevices } from '../report/table.ts';
import { observationsOf } from '../sweep/hosts.ts';
import { VERSION } from '../version.ts';
import { loadEngine, type Engine } from './engine.ts';
import { isOffSubnet } from './off-subnet.ts';
import type { Io } from './io.ts';
import { loadScan, type WantedScan } from './stored-scan.ts';

export function report(path: string, policies: readonly string[], io: Io, wanted?: WantedScan): number {
  const { stored } = loadScan(wanted);
  const engine = loadEngine();
  const devices = judgeStored(stored, policies, engine);
  const html = renderHtml({
    devices,
    recordings: new Map(stored.recordings.map((recording) => [recording.id, recording] as const)),
    scanned: `scanned ${stored.head.startedAt}`,
    scannedAt: stored.head.startedAt,
    targets: stored.head.targets,
    summary: summaryLines(stored, devices),
    versions: `Camsweep ${VERSION}, signature data ${engine.data.version} (${engine.data.hash}); scanned with ${stored.head.version}, data ${stored.head.signatures}`,
  });
  try {
    writeFileSync(path, html);
  } catch (error) {
    throw new CamsweepError('file-unwritable', `--html ${path}: ${messageOfError(error)}`);
  }
  io.say(`Report written to ${path}`);
  return EXIT.done;
}

/** Devices of a stored scan, by address. */
function judgeStored(stored: StoredScan, policies: readonly string[], { data, signatures }: Engine): DeviceReport[] {
  const { recordings, tail } = stored;
  const byAddress = new Map<string, Observation[]>();
  for (const recording of recordings) {
    const list = byAddress.get(recording.from.address) ?? [];
    list.push(...observationsOf(recording));
    byAddress.set(recording.from.address, list);
  }
  return [...byAddress].map(([address, observations]) => {
    const identity = identify(observations, signatures);
    const verdicts = judgePolicies(identity, data, policies);
    const report = describeDevice({ address, identity, observations, verdicts, offSubnet: isOffSubnet(address, stored) });
    return { ...report, coverage: { ...report.coverage, ...outcomesOf(tail?.coverage[address]) } };
  });
}

function outcomesOf(stored: Readonly<Record<string, string>> | undefined): DeviceReport['coverage'] {
  const known = ['answered', 'refused', 'silent', 'unreachable', 'not-understood', 'excluded', 'aborted'] as const;
  return Object.fromEntries(
    Object.entries(stored ?? {}).flatMap(([probe, word]) => {
      const outcome = known.find((candidate) => candidate === word);
      return outcome === undefined ? [] : [[probe, outcome] as const];
    }),
  );
}

function summaryLines({ tail }: StoredScan, devices: readonly DeviceReport[]): string[] {
  const { flagged, review, surveillance, cleared, unknown } = groupDevices(devices);
  const rebrands = flagged.filter(({ maker, brand }) => maker !== null && brand !== null && maker !== brand).length;
  const number = (key: string): string => {
    const value = tail?.summary[key];
    return typeof value === 'number' ? String(value) : 'unknown';
  };
  return [
    `${flagged.length} flagged, ${rebrands} of them sold under another name than their maker's; ${review.length} to review; ${surveillance.length} other surveillance devices; ${cleared.length} cleared; ${unknown.length} not identified.`,
    tail === undefined
      ? 'The scan was killed before it ended: coverage is unknown, what was observed until then is below.'
      : `Coverage: ${number('asked')} addresses asked, ${number('alive')} alive, ${number('silent')} silent, ${number('excluded')} excluded, ${number('notReached')} not reached${tail.interrupted ? '; interrupted' : ''}.`,
    'A scan cannot show: devices switched off or in storage, cameras behind a recorder or a firewall, analogue cameras, networks not named above, chip makers, dates of purchase, owners, purpose.',
  ];
}
