/** `camsweep devices`, `device show`, `devices merge|split`: what the inventory knows, and a person's correction of it. */
import { userInfo } from 'node:os';
import type { ScanSettings } from '../config/settings.ts';
import { CamsweepError, EXIT } from '../errors.ts';
import { parseIdentifier } from '../inventory/store/merges.ts';
import type { ByHand, DeviceRow } from '../inventory/store/store.ts';
import { DEVICE_STATUSES, type DeviceStatus } from '../inventory/types.ts';
import type { Judgement } from '../policy/finding.ts';
import { VERDICTS } from '../policy/types.ts';
import { renderColumns } from '../report/columns.ts';
import { deviceDocument, renderDevice } from '../report/inventory.ts';
import { jsonText } from '../report/json.ts';
import { loadExceptions, withRowMarks } from './exceptions.ts';
import { openInventory } from './inventory.ts';
import type { Io } from './io.ts';

export interface ListFlags {
  readonly json: boolean;
  readonly everything: boolean;
  readonly status: string | undefined;
  /** Site, only where the user named one: a list shows all sites. */
  readonly site: string | undefined;
}

/** A person does not read more; a program gets everything. */
const MAX_LINES = 1000;

export function listDevices(settings: ScanSettings, { json, everything, status, site }: ListFlags, io: Io): number {
  const store = openInventory(settings, io);
  const all = { site, ...(status === undefined ? {} : { status: [parseStatus(status)] }) };
  const wanted = { ...all, concerning: !everything };
  const exceptions = loadExceptions(settings, store);
  if (json) {
    io.out(
      `${jsonText({ schemaVersion: 1, devices: store.devices(wanted).map((row) => deviceDocument(withRowMarks(row, exceptions))) }, 2)}\n`,
    );
    return EXIT.done;
  }
  const count = store.countDevices(wanted);

  const hidden = store.countDevices(all) - count;
  io.out(
    table(
      store.devices({ ...wanted, limit: MAX_LINES }).map((row) => withRowMarks(row, exceptions)),
      io,
    ),
  );
  const more = count > MAX_LINES ? `, the first ${MAX_LINES} listed (--json gives all)` : '';
  io.say(`${count} devices${more}${hidden > 0 ? `, and ${hidden} that are no surveillance (--all lists them)` : ''}`);
  return EXIT.done;
}

function parseStatus(text: string): DeviceStatus {
  const status = DEVICE_STATUSES.find((known) => known === text);
  if (!status) throw new CamsweepError('option-invalid', `--status "${text}": expected one of ${DEVICE_STATUSES.join(', ')}`);
  return status;
}

function table(rows: readonly DeviceRow[], io: Io): string {
  const head = ['STATUS', 'SITE', 'ADDRESS', 'MADE BY (SOLD AS)', 'MODEL', 'VERDICT', 'LAST SEEN', 'KEY'];
  const lines = rows.map(({ status, site, addresses, maker, brand, model, verdicts, lastSeen, key }) => [
    status,
    site,
    `${addresses[0] ?? '-'}${addresses.length > 1 ? ` +${addresses.length - 1}` : ''}`,
    maker !== null && brand !== null && maker !== brand ? `${maker} (${brand})` : (maker ?? brand ?? '-'),
    model ?? '-',
    verdictText(verdicts),
    lastSeen.slice(0, 10),
    key,
  ]);
  return rows.length === 0 ? '' : renderColumns(head, lines, io.outIsTerminal ? io.columns : 0);
}

/** The gravest verdict that no exception covers; where all are covered, until when. */
function verdictText(verdicts: readonly Judgement[]): string {
  const graveFirst = [...verdicts]
    .filter(({ verdict }) => verdict !== 'no-match' && verdict !== 'unknown')
    .sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict));
  const [gravest] = [...graveFirst.filter(({ exception }) => exception?.state !== 'covered'), ...graveFirst];
  if (!gravest) return '-';
  const { verdict, exception } = gravest;
  return exception?.state === 'covered' ? `${verdict}, excepted until ${exception.expires}` : verdict;
}

export function showDevice(settings: ScanSettings, key: string, json: boolean, io: Io): number {
  const store = openInventory(settings, io);
  const device = store.device(key);
  if (!device) throw new CamsweepError('device-unknown', `${key}: no device in ${store.path}`);
  const marked = withRowMarks(device, loadExceptions(settings, store));
  io.out(json ? `${jsonText(deviceDocument(marked), 2)}\n` : renderDevice(marked));
  return EXIT.done;
}

export function mergeDevices(settings: ScanSettings, keys: readonly [string, string], reason: string | undefined, io: Io): number {
  const key = openInventory(settings, io).mergeDevices(keys[0], keys[1], byHand(reason));
  io.say(`One device now: ${key}. camsweep devices split ${key} takes it back.`);
  return EXIT.done;
}

export function splitDevice(
  settings: ScanSettings,
  key: string,
  identifiers: readonly string[],
  reason: string | undefined,
  io: Io,
): number {
  const parted = openInventory(settings, io).splitDevice(key, { ...byHand(reason), identifiers: identifiers.map(parseIdentifier) });
  io.say(`Devices of their own now: ${parted.join(', ')}. They will not be merged again but by hand.`);
  return EXIT.done;
}

function byHand(reason: string | undefined): ByHand {
  return { by: userInfo().username, reason: reason ?? 'by hand' };
}
