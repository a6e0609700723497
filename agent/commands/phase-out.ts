/** `camsweep phase-out set|import`: a person says who deals with a device, and how far it is on its way out. */
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { printable } from '../../probes/text.ts';
import type { ScanSettings } from '../config/settings.ts';
import { CamsweepError, EXIT, messageOfError } from '../errors.ts';
import { DETAIL_FIELDS, phaseOutOf, SETTABLE, type DetailField, type PhaseOut } from '../inventory/phase-out.ts';
import { parsePhaseOutCsv, statusHint, type PhaseOutRow } from '../inventory/phase-out-csv.ts';
import type { DeviceRow, PhaseOutEntry, Store } from '../inventory/store/store.ts';
import { renderColumns } from '../report/columns.ts';
import { openInventory } from './inventory.ts';
import type { Io } from './io.ts';

export interface Said extends Partial<Readonly<Record<DetailField, string | undefined>>> {
  readonly status?: string | undefined;
}

export function setPhaseOut(settings: ScanSettings, key: string, said: Said, io: Io): number {
  const status = SETTABLE.find((known) => known === said.status);
  if (said.status !== undefined && status === undefined)
    throw new CamsweepError('option-invalid', `--status "${said.status}": ${statusHint(said.status)}`);
  const details = Object.fromEntries(
    DETAIL_FIELDS.flatMap((field) => {
      const value = said[field];
      return value === undefined ? [] : [[field, value.trim()] as const];
    }),
  );
  if (status === undefined && Object.keys(details).length === 0)
    throw new CamsweepError('option-invalid', 'phase-out set: expected --status, --custodian, --location or --note');
  const store = openInventory(settings, io);
  const device = store.device(key);
  if (!device) throw new CamsweepError('device-unknown', `${key}: no device in ${store.path}`);
  const [after] = store.setPhaseOut([{ key: device.key, status, ...details }], userInfo().username);
  io.say(`${device.key}: ${after ?? ''}${after !== status && status !== undefined ? ` (said ${status}; coverage has the last word)` : ''}`);
  return EXIT.done;
}

/** All rows or none. */
export function importPhaseOut(settings: ScanSettings, path: string, dryRun: boolean, io: Io): number {
  const { rows, faults } = parsePhaseOutCsv(read(path));
  if (faults.length > 0) throw refused(path, faults);
  const store = openInventory(settings, io);
  const seen = new Map<string, number>();
  const problems: string[] = [];
  const found = rows.flatMap((row) => {
    const device = deviceOf(store, row, problems);
    if (!device) return [];
    const earlier = seen.get(device.key);
    seen.set(device.key, row.line);
    if (earlier !== undefined) problems.push(`line ${row.line}: the same device as line ${earlier}, ${device.key}`);
    return [{ row, device }];
  });
  if (problems.length > 0) throw refused(path, problems);
  const changes = found.flatMap(({ row, device }) => {
    const lines = differences(row, phaseOutOf(store.annotations(device.key)));
    return lines.length === 0 ? [] : [[device.key, lines.join('; ')]];
  });
  if (changes.length > 0) io.out(renderColumns(['KEY', 'CHANGE'], changes, io.outIsTerminal ? io.columns : 0, 60));
  if (!dryRun)
    store.setPhaseOut(
      found.map(({ row, device }): PhaseOutEntry => ({ key: device.key, status: row.status, ...row.details })),
      userInfo().username,
    );
  io.say(
    `${dryRun ? 'Would change' : 'Changed'} ${changes.length} devices; ${found.length - changes.length} are as the file says already.${dryRun ? ' Nothing was written.' : ''}`,
  );
  return EXIT.done;
}

function read(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    throw new CamsweepError('file-unreadable', `${path}: ${error instanceof TypeError ? 'expected UTF-8' : messageOfError(error)}`);
  }
}

const MAX_FAULTS = 40;

function refused(path: string, faults: readonly string[]): CamsweepError {
  const more = faults.length > MAX_FAULTS ? [`  and ${faults.length - MAX_FAULTS} more`] : [];
  const lines = faults.slice(0, MAX_FAULTS).map((fault) => `  ${printable(fault, 300)}`);
  return new CamsweepError('import-refused', `${path}: nothing was imported\n${[...lines, ...more].join('\n')}`);
}

/** The one device all names of the row lead to. */
function deviceOf(store: Store, { line, names, site }: PhaseOutRow, problems: string[]): DeviceRow | undefined {
  const devices = names.map(({ column, value }) => {
    const device = store.device(value, site);
    const isThere =
      device !== undefined && (site === undefined || device.site === site) && (column !== 'address' || device.addresses.includes(value));
    if (!isThere) problems.push(`line ${line}, column ${column}: ${value}: no such device in the inventory`);
    else if (column === 'address' && site === undefined && isElsewhereToo(store, value))
      problems.push(`line ${line}, column address: ${value} is in use at several sites: add a column site`);
    return isThere ? device : undefined;
  });
  const [first, ...others] = devices;
  const other = others.find((device) => first && device && device.key !== first.key);
  if (first && other) problems.push(`line ${line}: names two devices, ${first.key} and ${other.key}`);
  return devices.includes(undefined) || other ? undefined : first;
}

function isElsewhereToo(store: Store, address: string): boolean {
  const sites = new Set(store.scans().map(({ site }) => site));
  return [...sites].filter((site) => store.device(address, site)?.addresses.includes(address) === true).length > 1;
}

function differences({ status, details }: PhaseOutRow, now: PhaseOut): string[] {
  const stays = now.status === 'verified-gone' && (status === 'removed' || status === 'isolated');
  return [
    ...(status === undefined || status === now.status || stays ? [] : [`${now.status} -> ${status}`]),
    ...DETAIL_FIELDS.flatMap((field) => {
      const value = details[field];
      return value === undefined || value === now[field] ? [] : [`${field}: ${value}`];
    }),
  ];
}
