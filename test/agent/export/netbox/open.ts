/** A stand-in, a client for it, and what tests ask of both. */
import { netBoxSettings, type NetBoxSettings } from '../../../../agent/export/netbox/schema.ts';
import { connectNetBox, type NetBoxSession } from '../../../../agent/export/netbox/session.ts';
import type { ExportDevice } from '../../../../agent/export/types.ts';
import { startNetBox, TOKEN, type NetBox, type NetBoxOptions } from '../../../stand-ins/netbox/stand-in.ts';
import type { Device } from '../../../stand-ins/netbox/tables.ts';
import { deviceOf } from '../devices.ts';
import { toolsFor, type TestTools } from '../run.ts';

export const SETTINGS = netBoxSettings.parse({});
const closers: (() => unknown)[] = [];

export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0)) await close();
}

export interface Opened {
  readonly netBox: NetBox;
  readonly tools: TestTools;
  /** A new session, as a new run has. */
  readonly connect: () => NetBoxSession;
}

/** Long enough that a loaded machine does not give up on a write that then happens: what NetBox has twice by that is not what is tested. */
export const PATIENT_MS = 2000;

export async function open(options: NetBoxOptions = {}, settings: NetBoxSettings = SETTINGS, timeoutMs = PATIENT_MS): Promise<Opened> {
  const netBox = await startNetBox(options);
  const tools = toolsFor(netBox.url, { kind: 'token', secret: TOKEN }, new AbortController(), timeoutMs);
  closers.push(
    () => tools.close(),
    () => netBox.close(),
  );
  return { netBox, tools, connect: () => connectNetBox(settings, tools) };
}

export const writes = ({ log }: NetBox): number => log.filter(({ method }) => method !== 'GET').length;

export function recordOf(netBox: NetBox, key: string): Device | undefined {
  return netBox.devices.all().find(({ fields }) => fields.camsweep_key === key);
}

export function tagsOf(netBox: NetBox, row: { readonly tags: readonly number[] } | undefined): string[] {
  return (row?.tags ?? []).flatMap((id) => netBox.tags.rows.get(id)?.slug ?? []).sort();
}

/** Everything of one record in words: what two NetBoxes are compared by, whatever ids they gave. */
export function told(netBox: NetBox, device: Device): unknown {
  const ports = netBox.interfaces.by(`device ${device.id}`);
  const on = <R extends { readonly objectId: number | null }>(rows: readonly R[], port: number): R[] =>
    rows.filter(({ objectId }) => objectId === port);
  const type = netBox.types.rows.get(device.type);
  return {
    ...{ name: device.name, serial: device.serial, status: device.status, rack: device.rack, comments: device.comments },
    site: netBox.sites.rows.get(device.site)?.slug,
    role: netBox.roles.rows.get(device.role)?.slug,
    type: [netBox.manufacturers.rows.get(type?.manufacturer ?? 0)?.name, type?.model],
    fields: device.fields,
    tags: tagsOf(netBox, device),
    main: [device.primary4, device.primary6].map((id) => netBox.addresses.rows.get(id ?? 0)?.address ?? null),
    ports: ports.map((port) => ({
      name: port.name,
      macs: on(netBox.macs.all(), port.id)
        .map(({ id, mac }) => `${mac}${id === port.primaryMac ? ' main' : ''}`)
        .sort(),
      addresses: on(netBox.addresses.all(), port.id)
        .map(({ address, status }) => `${address} ${status}`)
        .sort(),
    })),
  };
}

export function world(netBox: NetBox): unknown {
  return {
    devices: netBox.devices
      .all()
      .map((row) => told(netBox, row))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    loose: netBox.addresses
      .all()
      .filter(({ objectId }) => objectId === null)
      .map(({ address, status }) => `${address} ${status}`)
      .sort(),
    looseMacs: netBox.macs.all().filter(({ objectId }) => objectId === null).length,
    types: netBox.types
      .all()
      .map(({ model }) => model)
      .sort(),
    makers: netBox.manufacturers
      .all()
      .map(({ name }) => name)
      .sort(),
  };
}

/** A camera of its own number. */
export function camera(number: number, changes: Partial<ExportDevice> = {}): ExportDevice {
  const [high, low] = [number >> 8, number & 255];
  const mac = `44:19:b6:01:${[high, low].map((part) => part.toString(16).padStart(2, '0')).join(':')}`;
  const serial = `S${number}`;
  return deviceOf({
    ...{ key: `mac:${mac}`, mac, serial, addresses: [`10.0.${high}.${low}`] },
    identifiers: [
      { kind: 'mac', value: mac },
      { kind: 'serial', value: `hikvision:${serial}` },
    ],
    ...changes,
  });
}
