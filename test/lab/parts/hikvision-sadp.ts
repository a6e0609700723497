/** What Hikvision firmware says of itself over SADP, for the hosts of the lab. */
import type { SadpService } from '../host.ts';

type Element = readonly [name: string, value: string];

interface SadpDevice {
  readonly type: number;
  readonly description: string;
  readonly serial: string;
  readonly software: string;
  readonly dsp: string;
  readonly analog?: number | undefined;
  readonly digital?: number | undefined;
  /** What the device believes its address is; default the real one. */
  readonly claims?: { readonly address: string; readonly gateway: string } | undefined;
  /** Elements after BootTime, which newer firmware has. */
  readonly more?: readonly Element[] | undefined;
  /** Elements straight after Types, where some recorders put Encrypt and Salt. */
  readonly first?: readonly Element[] | undefined;
  readonly unicast?: boolean | undefined;
  readonly replyTo?: SadpService['replyTo'] | undefined;
}

/** SADP ProbeMatch in the element order of the captures (public SADP captures (sergei.nz, mhzhuji.com)). */
export function sadp(device: SadpDevice): SadpService {
  const elements: readonly Element[] = [
    ['Uuid', '{{asked}}'],
    ['Types', '{{types}}'],
    ...(device.first ?? []),
    ['DeviceType', String(device.type)],
    ['DeviceDescription', device.description],
    ['DeviceSN', device.serial],
    ['CommandPort', '8000'],
    ['HttpPort', '{{port:80}}'],
    ['MAC', '{{mac-dashes}}'],
    ['IPv4Address', device.claims?.address ?? '{{address}}'],
    ['IPv4SubnetMask', '255.255.255.0'],
    ['IPv4Gateway', device.claims?.gateway ?? '0.0.0.0'],
    ['IPv6Address', '::'],
    ['IPv6Gateway', '::'],
    ['IPv6MaskLen', '64'],
    ['DHCP', 'false'],
    ['AnalogChannelNum', String(device.analog ?? 0)],
    ['DigitalChannelNum', String(device.digital ?? 1)],
    ['SoftwareVersion', device.software],
    ['DSPVersion', device.dsp],
    ['BootTime', '1970-01-15 02:44:11'],
    ...(device.more ?? []),
  ];
  const body = elements.map(([name, value]) => `<${name}>${value}</${name}>`).join('\n');
  return {
    kind: 'sadp',
    unicast: device.unicast ?? true,
    replyTo: device.replyTo ?? 'sender',
    answer: `<?xml version="1.0" encoding="UTF-8" ?>\n<ProbeMatch>\n${body}\n</ProbeMatch>\n`,
  };
}

/** What firmware since V5.3 adds (capture b of public SADP captures (sergei.nz, mhzhuji.com)), `flase` as it is on the wire. */
export const ACTIVATED: readonly Element[] = [
  ['Encrypt', 'true'],
  ['ResetAbility', 'false'],
  ['DiskNumber', '0'],
  ['Activated', 'true'],
  ['PasswordResetAbility', 'true'],
  ['PasswordResetModeSecond', 'true'],
  ['DetailOEMCode', '1'],
  ['SupportSecurityQuestion', 'true'],
  ['SupportHCPlatform', 'true'],
  ['HCPlatformEnable', 'flase'],
  ['DeviceLock', 'flase'],
  ['SDKOverTLSPort', '8443'],
  ['SDKServerStatus', 'true'],
  ['SDKOverTLSServerStatus', 'true'],
];

/** The same with other values, in place. */
export function activatedWith(changes: Readonly<Record<string, string>>, more: readonly Element[] = []): readonly Element[] {
  return [...ACTIVATED.map(([name, value]): Element => [name, changes[name] ?? value]), ...more];
}
