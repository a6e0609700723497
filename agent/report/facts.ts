/** What a device says of itself beyond maker and model: dates, activation, channels. Pure; null where it said nothing. */
import type { Observation } from '../../probes/observation.ts';
import type { Identity } from '../identify/types.ts';
import { buildDateOf, normaliseFirmware, normaliseSerial } from '../identify/normalise.ts';

/** A camera a recorder lists. It is about the camera, never about the recorder. */
export interface ChannelReport {
  readonly id: string;
  readonly name: string | null;
  /** On the recorder's inner network, where nothing else reaches it. */
  readonly address: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly firmware: string | null;
  readonly protocol: string | null;
}

export interface ChannelsReport {
  /** Channels the device has room for, by its own count. */
  readonly analogue: number | null;
  readonly digital: number | null;
  /** Listed by name: only a recorder that was logged in to does. */
  readonly cameras: readonly ChannelReport[];
}

export interface DeviceFacts {
  /** ISO 8601 date. */
  readonly firmwareBuilt: string | null;
  /** ISO 8601 date, out of the serial number. */
  readonly produced: string | null;
  /** False: fresh from the factory, nobody ever set a password. */
  readonly activated: boolean | null;
  readonly channels: ChannelsReport | null;
}

export function factsOf(identity: Identity, all: readonly Observation[]): DeviceFacts {
  const observations = all.filter(({ field }) => FIELDS.has(field) || field.startsWith(CHANNEL));
  return {
    firmwareBuilt: firmwareBuilt(identity, observations),
    produced: produced(identity, observations),
    activated: activated(observations),
    channels: channels(observations),
  };
}

const FIRMWARE_FIELDS: readonly string[] = [
  'sadp.SoftwareVersion',
  'isapi.firmwareVersion',
  'onvif.FirmwareVersion',
  'dhip.Version',
  'snmp.oid.1.3.6.1.4.1.39165.1.3.0',
  'snmp.sysDescr',
];

const RELEASED_FIELD = 'isapi.firmwareReleasedDate';

/** Of the claimed firmware; where the claim has no date, of the same version said elsewhere. */
function firmwareBuilt({ firmware }: Identity, observations: readonly Observation[]): string | null {
  const claimed = firmware && normaliseFirmware(firmware.value);
  if (claimed?.buildDate !== undefined) return claimed.buildDate;
  for (const { field, value, recording } of observations) {
    if (!FIRMWARE_FIELDS.includes(field)) continue;
    const told = normaliseFirmware(value);
    if (claimed && bare(told?.version) !== bare(claimed.version)) continue;
    const released = observations.find((other) => other.recording === recording && other.field === RELEASED_FIELD);
    const date = told?.buildDate ?? (field === 'isapi.firmwareVersion' && released ? buildDateOf(released.value) : undefined);
    if (date !== undefined) return date;
  }
  return null;
}

/** Some answers of one firmware write the V, others do not. */
const bare = (version: string | undefined): string | undefined => version?.replace(/^v/i, '');

const SERIAL_FIELDS: readonly string[] = [
  'sadp.DeviceSN',
  'isapi.serialNumber',
  'onvif.SerialNumber',
  'upnp.serialNumber',
  'snmp.oid.1.3.6.1.4.1.50001.1.3.0',
];

function produced({ serial, model }: Identity, observations: readonly Observation[]): string | null {
  const serials = serial ? [serial.value] : valuesOf(observations, SERIAL_FIELDS);
  return serials.flatMap((text) => normaliseSerial(text, model?.value)?.produced ?? [])[0] ?? null;
}

const ACTIVATED_FIELDS: readonly string[] = ['sadp.Activated', 'isapi.Activated', 'http.xml.Activated'];
const STATUS_FIELDS: readonly string[] = ['isapi.subStatusCode', 'http.xml.subStatusCode'];
const INIT_FIELD = 'dhip.Init';

function activated(observations: readonly Observation[]): boolean | null {
  for (const value of valuesOf(observations, ACTIVATED_FIELDS)) {
    if (/^true$/i.test(value)) return true;
    if (/^(?:false|flase)$/i.test(value)) return false; // the misspelling is on the wire
  }
  if (valuesOf(observations, STATUS_FIELDS).includes('notActivated')) return false;
  // Lowest two bits: 1 waits for its first password, 2 has one, 0 is firmware from before there was such a state.
  const state = Number(valuesOf(observations, [INIT_FIELD])[0] ?? 0) & 3;
  return state === 1 ? false : state === 2 ? true : null;
}

const ANALOGUE_FIELDS: readonly string[] = ['sadp.AnalogChannelNum', 'dhip.VideoInputChannels'];
const DIGITAL_FIELDS: readonly string[] = ['sadp.DigitalChannelNum', 'dhip.RemoteVideoInputChannels'];

function channels(observations: readonly Observation[]): ChannelsReport | null {
  const analogue = countOf(observations, ANALOGUE_FIELDS);
  const digital = countOf(observations, DIGITAL_FIELDS);
  const cameras = camerasOf(observations);
  return analogue === null && digital === null && cameras.length === 0 ? null : { analogue, digital, cameras };
}

function countOf(observations: readonly Observation[], fields: readonly string[]): number | null {
  const text = valuesOf(observations, fields).find((value) => /^\d{1,5}$/.test(value));
  return text === undefined ? null : Number(text);
}

const MEMBERS = {
  name: ['name'],
  address: ['ipAddress', 'ipv6Address', 'hostName'],
  model: ['model'],
  serial: ['serialNumber'],
  firmware: ['firmwareVersion'],
  protocol: ['proxyProtocol'],
} as const satisfies Record<Exclude<keyof ChannelReport, 'id'>, readonly string[]>;

const MAX_CAMERAS = 256;
const ROOT_FIELD = 'isapi.root';
const CHANNEL = 'isapi.channel.';

/** All that is looked at here: most of what a device says is not. */
const FIELDS: ReadonlySet<string> = new Set([
  ...FIRMWARE_FIELDS,
  ...SERIAL_FIELDS,
  ...ACTIVATED_FIELDS,
  ...STATUS_FIELDS,
  ...ANALOGUE_FIELDS,
  ...DIGITAL_FIELDS,
  RELEASED_FIELD,
  INIT_FIELD,
  ROOT_FIELD,
]);

/** The newest list: each `id` begins a channel. An unused channel has no address. */
function camerasOf(observations: readonly Observation[]): ChannelReport[] {
  const list = observations.findLast(({ field, value }) => field === ROOT_FIELD && value === 'InputProxyChannelList')?.recording;
  const leaves = observations.filter(({ recording, field }) => recording === list && field.startsWith(CHANNEL));
  const groups: Map<string, string>[] = [];
  for (const { field, value } of list === undefined ? [] : leaves) {
    const name = field.slice(CHANNEL.length);
    if (name === 'id' && groups.length < MAX_CAMERAS) groups.push(new Map());
    const group = groups.at(-1);
    if (group && !group.has(name)) group.set(name, value);
  }
  const text = (group: ReadonlyMap<string, string>, names: readonly string[]): string | null =>
    names.flatMap((name) => group.get(name) ?? [])[0] ?? null;
  return groups.map((group) => ({
    id: group.get('id') ?? '',
    name: text(group, MEMBERS.name),
    address: text(group, MEMBERS.address),
    model: text(group, MEMBERS.model),
    serial: text(group, MEMBERS.serial),
    firmware: text(group, MEMBERS.firmware),
    protocol: text(group, MEMBERS.protocol),
  }));
}

function valuesOf(observations: readonly Observation[], fields: readonly string[]): string[] {
  return observations.flatMap(({ field, value }) => (fields.includes(field) ? [value.trim()] : []));
}
