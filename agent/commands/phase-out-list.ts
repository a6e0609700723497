/** `camsweep phase-out list|progress`: where devices that match a rule stand on their way out, now and over time. */
import { systemClock } from '../clock.ts';
import type { ScanSettings } from '../config/settings.ts';
import { CamsweepError, EXIT } from '../errors.ts';
import { PHASE_OUT_STATUSES, phaseOutOf, progressOf, type PhaseOut, type ProgressPoint } from '../inventory/phase-out.ts';
import type { DeviceRow, Store } from '../inventory/store/store.ts';
import { matchesRule } from '../policy/finding.ts';
import { renderColumns } from '../report/columns.ts';
import { jsonText } from '../report/json.ts';
import { openInventory } from './inventory.ts';
import type { Io } from './io.ts';

export interface PhaseOutFilter {
  readonly site: string | undefined;
  readonly policy: string | undefined;
  readonly status?: string | undefined;
}

/** Devices that match a rule, excepted ones too, and those somebody has said something of; with the policies each matches. */
export function phaseOutDevices(
  store: Store,
  { site, policy }: Pick<PhaseOutFilter, 'site' | 'policy'>,
): {
  readonly device: DeviceRow;
  readonly policies: readonly string[];
  readonly phaseOut: PhaseOut;
  readonly annotations: ReturnType<Store['annotations']>;
}[] {
  const annotations = store.allAnnotations();
  return store.devices({ site }).flatMap((device) => {
    const policies = device.verdicts.filter((verdict) => matchesRule(verdict)).map((verdict) => verdict.policy);
    const notes = annotations.get(device.key) ?? [];
    const phaseOut = phaseOutOf(notes);
    if (policy !== undefined && !policies.includes(policy)) return [];
    return policies.length > 0 || phaseOut.since !== null ? [{ device, policies, phaseOut, annotations: [...notes] }] : [];
  });
}

/** After each scan and now: what a burn-down is drawn from. */
export function progressOfStore(store: Store, filter: Pick<PhaseOutFilter, 'site' | 'policy'>): ProgressPoint[] {
  const devices = phaseOutDevices(store, filter).map(({ device, policies, annotations }) => ({
    key: device.key,
    site: device.site,
    firstSeen: device.firstSeen,
    policies: filter.policy === undefined ? policies : [filter.policy],
    annotations,
  }));
  const scans = store
    .scans({ site: filter.site })
    .flatMap(({ endedAt, mergedAt, site }) => (mergedAt === null ? [] : [{ at: endedAt ?? mergedAt, site }]));
  const now = systemClock.timestamp();
  return progressOf(devices, [...scans, ...[...new Set(scans.map(({ site }) => site))].map((site) => ({ at: now, site }))]);
}

export function listPhaseOut(settings: ScanSettings, filter: PhaseOutFilter, json: boolean, io: Io): number {
  const { status } = filter;
  if (status !== undefined && !PHASE_OUT_STATUSES.some((known) => known === status))
    throw new CamsweepError('option-invalid', `--status "${status}": expected one of ${PHASE_OUT_STATUSES.join(', ')}`);
  const list = phaseOutDevices(openInventory(settings, io), filter).filter(
    ({ phaseOut }) => status === undefined || phaseOut.status === status,
  );
  if (json) {
    const devices = list.map(({ device, policies, phaseOut }) => {
      const { key, site, addresses, maker, brand, model, serial, mac } = device;
      return {
        key,
        site,
        addresses,
        maker,
        brand,
        model,
        serial,
        mac,
        presence: device.status,
        lastSeen: device.lastSeen,
        policies,
        ...phaseOut,
      };
    });
    io.out(`${jsonText({ schemaVersion: 1, devices }, 2)}\n`);
    return EXIT.done;
  }
  const rows = list.map(({ device, phaseOut }) => [
    phaseOut.status,
    phaseOut.since?.slice(0, 10) ?? '-',
    device.site,
    device.addresses[0] ?? '-',
    device.maker ?? '-',
    device.model ?? '-',
    phaseOut.custodian ?? '-',
    phaseOut.location ?? '-',
    phaseOut.note ?? '-',
    device.key,
  ]);
  if (rows.length > 0) {
    const head = ['STATUS', 'SINCE', 'SITE', 'ADDRESS', 'MADE BY', 'MODEL', 'CUSTODIAN', 'LOCATION', 'NOTE', 'KEY'];
    io.out(renderColumns(head, rows, io.outIsTerminal ? io.columns : 0));
  }
  io.say(`${rows.length} devices.`);
  return EXIT.done;
}

export function phaseOutProgress(settings: ScanSettings, filter: PhaseOutFilter, json: boolean, io: Io): number {
  const points = progressOfStore(openInventory(settings, io), filter);
  if (json) {
    io.out(`${jsonText({ schemaVersion: 1, progress: points }, 2)}\n`);
    return EXIT.done;
  }
  const rows = points
    .filter(changedOnly())
    .map((point) => [point.at.slice(0, 16).replace('T', ' '), point.site, point.policy, ...COUNTS.map((count) => String(point[count]))]);
  if (rows.length === 0) io.say('No device matches a rule.');
  else
    io.out(
      renderColumns(
        ['WHEN', 'SITE', 'POLICY', 'FOUND', 'PLANNED', 'ISOLATED', 'REMOVED', 'GONE', 'BACK', 'OPEN'],
        rows,
        io.outIsTerminal ? io.columns : 0,
      ),
    );
  return EXIT.done;
}

const COUNTS = ['found', 'planned', 'isolated', 'removed', 'verifiedGone', 'cameBack', 'open'] as const;

/** A person reads where something changed; a program gets every moment. */
function changedOnly(): (point: ProgressPoint) => boolean {
  const last = new Map<string, string>();
  return (point) => {
    const [key, counts] = [`${point.site}\0${point.policy}`, COUNTS.map((count) => point[count]).join(' ')];
    const isNew = last.get(key) !== counts;
    last.set(key, counts);
    return isNew;
  };
}
