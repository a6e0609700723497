/**
 * A device as one item of Identification and Reconciliation. Pure. The native key goes with every item: a missing serial is what makes
 * duplicates, and the key is never missing.
 */
import { printable } from '../../../probes/text.ts';
import type { ExportDevice } from '../types.ts';
import { keyText, presenceLine, serialIdentifies, stableName, usableSerial, verdictLine } from '../wording.ts';
import type { ServiceNowSettings } from './schema.ts';

export interface Item {
  readonly className: string;
  readonly internal_id: string;
  readonly values: Readonly<Record<string, string>>;
  readonly lookup?: readonly { readonly className: string; readonly values: Readonly<Record<string, string>> }[];
  readonly sys_object_source_info: {
    readonly source_name: string;
    readonly source_native_key: string;
    readonly source_recency_timestamp: string;
  };
}

const MAX_LENGTH = 255;
const MAX_NATIVE_KEY = 512;
const MAX_SERIAL = 100;
const MAX_DESCRIPTION = 1000;

/** `withName`: only what is new gets a name; later it is people's. */
export function itemOf(device: ExportDevice, settings: ServiceNowSettings, withName: boolean): Item {
  const { columns, className, dataSource } = settings;
  const serial = usableSerial(device, MAX_SERIAL);
  const pairs: readonly (readonly [column: string | null, value: string | null])[] = [
    [columns.name, withName ? stableName(device.key) : null],
    [columns.serial, serial],
    [columns.address, device.addresses[0] ?? null],
    [columns.mac, device.mac],
    [columns.description, descriptionOf(device)],
    [columns.maker, device.maker],
    [columns.model, device.model],
    [columns.firmware, device.firmware],
    [columns.restriction, verdictLine(device)],
    [columns.presence, settings.presenceValues[device.status]],
  ];
  const values = pairs.flatMap(([column, value]) =>
    column === null || value === null || value === ''
      ? []
      : [[column, printable(value, column === columns.description ? MAX_DESCRIPTION : MAX_LENGTH)] as const],
  );
  return {
    className,
    internal_id: stableName(device.key),
    values: Object.fromEntries(values),
    ...(serial === null || !serialIdentifies(device) || !settings.serialLookup ? {} : { lookup: [serialLookup(serial)] }),
    sys_object_source_info: {
      source_name: dataSource,
      source_native_key: keyText(device.key, MAX_NATIVE_KEY),
      source_recency_timestamp: device.lastSeen.slice(0, 19).replace('T', ' '),
    },
  };
}

function serialLookup(serial: string): { className: string; values: Record<string, string> } {
  return { className: 'cmdb_serial_number', values: { serial_number: serial, serial_number_type: 'system', valid: 'true' } };
}

/** What has no column of its own by default, in one line. No date in it: a device that is merely seen again does not change. */
function descriptionOf(device: ExportDevice): string {
  const parts = [
    `Camsweep: ${verdictLine(device)}`,
    device.brand === null || device.brand === device.maker ? device.maker : `${device.brand} (made by ${device.maker ?? 'unknown'})`,
    device.model,
    device.firmware === null ? null : `firmware ${device.firmware}`,
    presenceLine(device),
  ];
  return parts.flatMap((part) => (part === null ? [] : [printable(part, 180)])).join('; ');
}
