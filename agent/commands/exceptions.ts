/**
 * Exceptions for commands: read from the file, tied to devices of the inventory, marked on verdicts. `camsweep exceptions check|list`
 * shows what each names and until when. Days are UTC days.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '../../probes/text.ts';
import { systemClock } from '../clock.ts';
import { dataDirectory } from '../config/data-directory.ts';
import { parseExceptions } from '../config/exceptions-file.ts';
import type { ScanSettings } from '../config/settings.ts';
import { CamsweepError, EXIT, messageOfError } from '../errors.ts';
import { identifiersOf } from '../inventory/sighting.ts';
import { subjectOf, subjectOfScanned } from '../inventory/subject.ts';
import { openStore, type DeviceDetail, type DeviceRow, type Store } from '../inventory/store/store.ts';
import { isMeant, stateOf, withExceptions, type PolicyException } from '../policy/exceptions.ts';
import { renderColumns } from '../report/columns.ts';
import { jsonText } from '../report/json.ts';
import type { Verdict } from '../policy/types.ts';
import type { DeviceReport } from '../report/device.ts';
import { loadData } from './engine.ts';
import { storePath } from './inventory.ts';
import type { Io } from './io.ts';
import type { Judged } from './sightings.ts';

type Settings = Pick<ScanSettings, 'exceptionsFile' | 'db'>;

export interface Exceptions {
  /** As of today, tied to devices of the inventory where it knows them. */
  readonly list: readonly PolicyException[];
  readonly today: string;
  /** Those that name no device of the inventory, or one that cannot be told from others. */
  readonly strangers: readonly PolicyException[];
}

export function exceptionsPath(file: string | undefined): string | undefined {
  if (file !== undefined) return file;
  const usual = join(dataDirectory(process.env), 'exceptions.yaml');
  return existsSync(usual) ? usual : undefined;
}

/** Throws CamsweepError where the file is wrong; no file is an empty list. `store` is used where it is open already. */
export function loadExceptions(settings: Settings, store?: Store): Exceptions {
  const today = systemClock.timestamp().slice(0, 10);
  const path = exceptionsPath(settings.exceptionsFile);
  const list = path === undefined ? [] : readExceptions(path);
  const tied =
    list.length === 0 ? { list, strangers: [] } : withStore(settings, store, { list, strangers: [] }, (opened) => tie(list, opened));
  return { today, ...tied };
}

/** Throws CamsweepError with file, line and key. */
export function readExceptions(path: string): PolicyException[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CamsweepError('file-unreadable', `exceptions file ${path}: ${messageOfError(error)}`);
  }
  return parseExceptions(
    text,
    path,
    loadData().policies.map(({ id }) => id),
  );
}

/** An inventory that cannot be read only means that nothing more is known of the devices. */
function withStore<T>({ db }: Pick<Settings, 'db'>, store: Store | undefined, otherwise: T, action: (store: Store) => T): T {
  if (store) return action(store);
  let opened: Store;
  try {
    opened = openStore(storePath(db), { clock: systemClock, readOnly: true });
  } catch (error) {
    if (error instanceof CamsweepError) return otherwise;
    throw error;
  }
  try {
    return action(opened);
  } finally {
    opened.close();
  }
}

function tie(list: readonly PolicyException[], store: Store): Omit<Exceptions, 'today'> {
  const strangers: PolicyException[] = [];
  const tied = list.flatMap((exception) => {
    const device = deviceMeant(exception, store);
    if (!device) strangers.push(exception);
    // A serial that several devices show: to cover them all would hide those nobody has approved.
    if (!device && isShared(exception, store)) return [];
    // Whoever is at an address today is meant, not who was there when the file was read.
    const { key, serial, mac } = exception.device;
    const isLasting = [key, serial, mac].some((value) => value !== undefined);
    return device && isLasting ? { ...exception, knownAs: subjectOf(device).keys } : exception;
  });
  return { list: tied, strangers };
}

function isShared({ device: { serial, mac } }: PolicyException, store: Store): boolean {
  return (
    (serial !== undefined && store.isShared({ kind: 'serial', value: serial })) ||
    (mac !== undefined && (['mac', 'claimed-mac'] as const).some((kind) => store.isShared({ kind, value: mac })))
  );
}

/** Verdicts on a scanned address with the exceptions that name its device. */
export function withScannedMarks(
  verdicts: readonly Verdict[],
  { address, identity, observations }: Pick<Judged, 'identity' | 'observations'> & { readonly address: string },
  site: string,
  { list, today }: Exceptions,
): readonly Verdict[] {
  if (list.length === 0) return verdicts;
  return withExceptions(verdicts, subjectOfScanned(address, site, identifiersOf(observations, identity.serial?.value)), list, today);
}

/** A report with the exceptions that name its device. */
export function withMarks(
  report: DeviceReport,
  { identity, observations }: Pick<Judged, 'identity' | 'observations'>,
  site: string,
  exceptions: Exceptions,
): DeviceReport {
  const verdicts = withScannedMarks(report.verdicts, { address: report.address, identity, observations }, site, exceptions);
  return verdicts === report.verdicts ? report : { ...report, verdicts };
}

/** A device of the inventory with the exceptions that name it, on its verdicts and on those of its state. */
export function withRowMarks<D extends DeviceRow | DeviceDetail>(device: D, { list, today }: Exceptions): D {
  if (list.length === 0) return device;
  const subject = subjectOf(device);
  const verdicts = withExceptions(device.verdicts, subject, list, today);
  if (!('state' in device)) return { ...device, verdicts };
  return { ...device, verdicts, state: { ...device.state, verdicts: withExceptions(device.state.verdicts, subject, list, today) } };
}

/** Exceptions that name neither a device of the inventory nor one of these. */
export function strangersTo(reports: readonly DeviceReport[], { strangers }: Exceptions): PolicyException[] {
  const named = new Set(reports.flatMap(({ verdicts }) => verdicts.flatMap(({ exception }) => exception?.id ?? [])));
  return strangers.filter(({ id }) => !named.has(id));
}

/** The device of the inventory that an exception names. */
export function deviceMeant(exception: PolicyException, store: Store): DeviceDetail | undefined {
  const { key, serial, mac, address, site } = exception.device;
  for (const word of [key, mac, serial, address]) {
    const device = word === undefined ? undefined : store.device(word, site);
    if (device && (isMeant(exception, subjectOf(device)) || (key !== undefined && device.keys.includes(key)))) return device;
  }
  return undefined;
}

/** `check` fails on a wrong file only; what it finds odd is said. */
export function checkExceptions(settings: Settings, io: Io): number {
  const path = exceptionsPath(settings.exceptionsFile);
  if (path === undefined) throw new CamsweepError('file-unreadable', 'no exceptions file: name one with --exceptions');
  const { list, today, strangers } = loadExceptions(settings);
  const states = list.map((exception) => stateOf(exception, today));
  for (const { id, expires } of list.filter((_, index) => states[index] === 'expired'))
    io.say(`note: exception ${id} expired on ${expires}: what it covered is a finding again`);
  for (const { id } of strangers) io.say(`note: exception ${id} names no device of the inventory, or several`);
  const count = (state: string): number => states.filter((one) => one === state).length;
  io.out(
    `${path}: ${list.length} exceptions, ${count('covered')} in force, ${count('expired')} expired, ${count('future')} not in force yet\n`,
  );
  return EXIT.done;
}

export function listExceptions(settings: Settings, json: boolean, io: Io): number {
  const { list, today } = loadExceptions(settings);
  const keys = withStore(settings, undefined, new Map<string, string>(), (store) => {
    return new Map(list.map((exception) => [exception.id, deviceMeant(exception, store)?.key ?? ''] as const));
  });
  const rows = list.map((exception) => ({
    ...exception,
    knownAs: undefined,
    state: stateOf(exception, today),
    known: keys.get(exception.id) || null,
  }));
  if (json) {
    io.out(`${jsonText({ schemaVersion: 1, today, exceptions: rows }, 2)}\n`);
    return EXIT.done;
  }
  if (rows.length === 0) io.say('No exceptions.');
  else
    io.out(
      renderColumns(
        ['ID', 'STATE', 'EXPIRES', 'POLICY', 'DEVICE', 'APPROVER', 'REASON'],
        rows.map(({ id, state, expires, policy, known, device, approver, reason }) => [
          id,
          state === 'covered' ? 'in force' : state,
          expires,
          policy ?? 'all',
          known ?? `${nameOf(device)} (not in the inventory)`,
          printable(approver, 60),
          printable(reason, 160),
        ]),
        io.outIsTerminal ? io.columns : 0,
      ),
    );
  return EXIT.done;
}

function nameOf({ key, mac, serial, address, site }: PolicyException['device']): string {
  return printable(key ?? mac ?? serial ?? `${site ?? ''}:${address ?? ''}`, 80);
}
