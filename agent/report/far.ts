/**
 * The report that FAR 52.204-25(d) asks for: one row a device that matches a rule of section 889, with the columns of (d)(2)(i)
 * and (ii) and the days they are due. Pure. What no scan can know (contract, supplier, UEI, CAGE) stays empty for a person to fill in.
 */
import { matchesRule } from '../policy/finding.ts';
import { csvText } from './csv.ts';
import type { ReportDevice, ReportException } from './document.ts';

export const FAR_POLICIES = ['us-889a1a', 'us-889a1b'] as const;

const HEAD = [
  'contract_number',
  'order_numbers',
  'supplier_name',
  'supplier_uei',
  'supplier_cage',
  'brand',
  'model_number',
  'item_description',
  'mitigation_readily_available',
  'mitigation_further',
  'prevention_efforts',
  'discovered_at',
  'first_report_due',
  'further_report_due',
  'rules',
  'verdicts',
  'made_by',
  'serial',
  'mac',
  'address',
  'site',
  'key',
] as const;

export function renderFar(devices: readonly ReportDevice[], exceptions: readonly ReportException[]): string {
  return csvText(
    HEAD,
    devices.flatMap((device) => farRow(device, exceptions)),
  );
}

/** One row, or none where it matches neither rule. */
function farRow(device: ReportDevice, exceptions: readonly ReportException[]): string[][] {
  const verdicts = device.verdicts.filter((verdict) => FAR_POLICIES.some((id) => id === verdict.policy) && matchesRule(verdict));
  if (verdicts.length === 0) return [];
  const { brand, maker, model, deviceType, summary, serial, mac, address, site, key, phaseOut, discoveredAt, firstSeen } = device;
  const moments = verdicts.flatMap(({ policy }) => discoveredAt[policy] ?? firstSeen ?? []).sort();
  const discovered = moments[0];
  const first = discovered === undefined ? '' : addBusinessDays(discovered, 1);
  const mitigations = [
    ...exceptions.filter(({ id }) => verdicts.some(({ exception }) => exception?.id === id)).map(({ mitigation }) => mitigation),
    ...(phaseOut && phaseOut.status !== 'found'
      ? [`${phaseOut.status}${phaseOut.since === null ? '' : ` since ${phaseOut.since.slice(0, 10)}`}`]
      : []),
    ...(phaseOut?.note ? [phaseOut.note] : []),
  ];
  const row = {
    contract_number: '',
    order_numbers: '',
    supplier_name: '',
    supplier_uei: '',
    supplier_cage: '',
    brand: brand ?? maker ?? '',
    model_number: model ?? '',
    item_description: `${deviceType?.replaceAll('-', ' ') ?? 'device'}: ${summary}`,
    mitigation_readily_available: mitigations.join('; '),
    mitigation_further: '',
    prevention_efforts: '',
    discovered_at: discovered ?? '',
    first_report_due: first,
    further_report_due: first === '' ? '' : addBusinessDays(first, 10),
    rules: verdicts.map(({ policy }) => policy).join(';'),
    verdicts: verdicts.map(({ verdict }) => verdict).join(';'),
    made_by: maker ?? '',
    serial: serial ?? '',
    mac: mac ?? '',
    address,
    site: site ?? '',
    key: key ?? '',
  } satisfies Record<(typeof HEAD)[number], string>;
  return [HEAD.map((column) => row[column])];
}

const DAY_MS = 86_400_000;

/** Monday to Friday, by UTC. Holidays are not left out: the day is never later than the rule's. */
export function addBusinessDays(moment: string, count: number): string {
  let at = Date.parse(`${moment.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(at)) return '';
  for (let left = count; left > 0;) {
    at += DAY_MS;
    const weekday = new Date(at).getUTCDay();
    if (weekday !== 0 && weekday !== 6) left--;
  }
  return new Date(at).toISOString().slice(0, 10);
}
