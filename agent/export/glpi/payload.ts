/**
 * A device as GLPI inventory JSON (network inventory of one device). Pure. GLPI knows a device again by serial and MAC: both are sent whenever
 * they are known, and the name is ours, because GLPI refuses empty names and lets an unmanaged name replace a managed one.
 */
import { printable } from '../../../probes/text.ts';
import type { ExportDevice } from '../types.ts';
import { presenceLine, stableName, usableSerial, verdictLine } from '../wording.ts';
import type { GlpiFileSettings } from './schema.ts';

const MAX_LENGTH = 250;
const MAX_DESCRIPTION = 1000;

/** Of the words GLPI's schema has. */
type GlpiType = 'Video' | 'Networking' | 'Printer' | 'Phone' | 'Storage' | 'Power' | 'Computer' | 'KVM';

export interface GlpiInventory {
  readonly deviceid: string;
  readonly itemtype: string;
  readonly action: 'netinventory';
  readonly tag: string;
  readonly content: {
    readonly versionclient: string;
    readonly network_device: Readonly<Record<string, string | readonly string[]>> & { readonly type: GlpiType; readonly name: string };
    readonly firmwares?: readonly Readonly<Record<string, string>>[];
    readonly network_ports?: readonly {
      readonly ifnumber: number;
      readonly ifname: string;
      readonly mac: string;
      readonly ips: readonly string[];
    }[];
  };
}

/** Why GLPI must not get it, or undefined. An inventory says "this is here now": what does not answer is none. */
export function reasonNotToSend(device: ExportDevice, { sendUnidentified }: GlpiFileSettings): 'absent' | 'unidentified' | undefined {
  if (device.status !== 'present' || device.mergedInto !== undefined) return 'absent';
  return !sendUnidentified && device.mac === null && usableSerial(device, MAX_LENGTH) === null ? 'unidentified' : undefined;
}

export function inventoryOf(device: ExportDevice, version: string, settings: GlpiFileSettings): GlpiInventory {
  const text = (value: string | null): string | undefined =>
    value === null || value.trim() === '' ? undefined : printable(value.trim(), MAX_LENGTH);
  const manufacturer = text(device.brand) ?? text(device.maker);
  const firmware = text(device.firmware);
  const serial = usableSerial(device, MAX_LENGTH) ?? undefined;
  const mac = device.mac ?? undefined;
  const known = { manufacturer, model: text(device.model), serial, mac, firmware, location: text(device.location) };
  return {
    deviceid: `camsweep-${slugOf(device.site)}`,
    itemtype: settings.itemType,
    action: 'netinventory',
    tag: printable(settings.tag ?? device.site, 100),
    content: {
      versionclient: `camsweep_${version}`,
      network_device: {
        type: typeOf(device),
        name: stableName(device.key),
        description: descriptionOf(device),
        ips: device.addresses,
        ...present(known),
      },
      ...(firmware === undefined
        ? {}
        : { firmwares: [{ name: 'device firmware', type: 'device', version: firmware, ...present({ manufacturer }) }] }),
      ...(mac === undefined ? {} : { network_ports: [{ ifnumber: 1, ifname: 'eth0', mac, ips: device.addresses }] }),
    },
  };
}

/** Where the schema has a word for it; all other equipment that is no surveillance device is `Networking`. */
const OTHER_TYPES: Readonly<Record<string, GlpiType>> = {
  ...{ printer: 'Printer', phone: 'Phone', storage: 'Storage', power: 'Power', 'out-of-band-management': 'KVM' },
  ...{ computer: 'Computer', server: 'Computer', virtualisation: 'Computer' },
};

function typeOf({ surveillance, deviceType }: ExportDevice): GlpiType {
  if (surveillance !== false) return 'Video';
  return (deviceType === null ? undefined : OTHER_TYPES[deviceType]) ?? 'Networking';
}

function descriptionOf(device: ExportDevice): string {
  const maker = device.maker !== null && device.maker !== device.brand ? `made by ${device.maker}` : null;
  const parts = [`Camsweep: ${verdictLine(device)}`, maker, presenceLine(device), `key ${device.key}`];
  return printable(parts.flatMap((part) => (part === null ? [] : [printable(part, 300)])).join('; '), MAX_DESCRIPTION);
}

function present(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

function slugOf(site: string): string {
  const slug = site
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  return slug === '' ? 'site' : slug;
}
