/** Random devices for the tests of the formats: any text may be missing, plain, an attack or far too long. A seed is enough to see one again. */
import type { ExportDevice } from '../../../agent/export/types.ts';
import { ATTACKS, DEVICE, hostile } from './samples.ts';
import { random } from './run.ts';

const VERDICTS = ['restricted', 'likely-restricted', 'needs-review', 'no-match', 'unknown'] as const;
const STATUSES = ['present', 'missing', 'gone'] as const;
const ADDRESSES = ['192.0.2.64', '2001:db8::64', 'fe80::1', '198.51.100.7'] as const;

export function randomDevice(seed: number): ExportDevice {
  const below = random(seed);
  const one = <T>(of: readonly T[], otherwise: T): T => of[below(of.length)] ?? otherwise;
  const text = (): string => one(['DS-2CD2143G2-I', 'x'.repeat(10_240), ...ATTACKS], '');
  const maybe = (): string | null => (below(3) === 0 ? null : text());
  const mac = below(2) === 0 ? null : DEVICE.mac;
  return {
    ...DEVICE,
    key: `serial:${text()}:${seed}`,
    formerKeys: below(2) === 0 ? [] : [text(), text()],
    ...{ brand: maybe(), maker: maybe(), owner: maybe(), model: maybe(), firmware: maybe(), serial: maybe(), mac },
    ...{ deviceType: maybe(), surveillance: one([true, false, null], null), certainty: maybe() },
    addresses: ADDRESSES.slice(0, below(ADDRESSES.length + 1)),
    ...{ site: text(), status: one(STATUSES, 'present'), flagged: below(2) === 0 },
    ...{ phaseOut: maybe(), custodian: maybe(), location: maybe(), note: maybe(), summary: text(), because: text() },
    verdicts: Array.from({ length: below(4) }, (_, at) => ({
      ...{ policy: `${text()}-${at}`, title: text(), verdict: one(VERDICTS, 'unknown'), certainty: 'confirmed' },
      ...{ since: DEVICE.firstSeen, because: text() },
    })),
    evidence: below(2) === 0 ? [] : hostile(text()).evidence,
  };
}

/** Nothing is known of it but that something answered. */
export const EMPTY: ExportDevice = {
  ...DEVICE,
  key: 'hq:192.0.2.9',
  ...{ formerKeys: [], identifiers: [], brand: null, maker: null, owner: null, model: null, firmware: null, serial: null, mac: null },
  ...{ deviceType: null, surveillance: null, certainty: null, addresses: [], phaseOut: null, custodian: null, location: null },
  ...{ flagged: false, verdicts: [], contradictions: [], evidence: [] },
};

export const RANDOM_DEVICES: readonly ExportDevice[] = Array.from({ length: 200 }, (_, seed) => randomDevice(seed));
