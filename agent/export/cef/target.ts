/**
 * Changes as CEF in syslog lines (RFC 5424), for a SIEM. The camera is the destination (`dst`, `dmac`); `dvc…` is who tells, which is
 * us. `|` and `\` are escaped in the header, `=` and `\` in the extension, and nothing a device says can begin a line. Pure.
 */
import { z } from 'zod';
import { printable } from '../../../probes/text.ts';
import type { DocumentTarget, ExportContext, ExportEvent, SyslogAddress } from '../types.ts';

const settings = z.strictObject({
  /** Of this machine, as the SIEM knows it. */
  hostname: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .default('-'),
  /** Syslog facility; 16 is local0. */
  facility: z.int().min(0).max(23).default(16),
  /** `udp://`, `tcp://` or `tls://` with host and port: sent there instead of written to a file. */
  syslog: z
    .string()
    .refine((text) => addressOf(text) !== undefined, 'expected udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT')
    .optional(),
  caFile: z.string().optional(),
});

export const cefTarget: DocumentTarget<z.infer<typeof settings>> = {
  kind: 'document',
  id: 'cef',
  title: 'CEF over syslog (RFC 5424), one change a line',
  settings,
  extension: 'log',
  writes: 'append',
  receiver: ({ syslog, caFile }) => {
    const address = syslog === undefined ? undefined : addressOf(syslog);
    return address && { ...address, caFile };
  },
  render: (_devices, events, context, { hostname, facility }) =>
    events
      .map(
        (event) =>
          `<${facility * 8 + syslogSeverity(event)}>1 ${event.at} ${hostname} camsweep - ${event.kind} - ${cefLine(event, context, hostname)}\n`,
      )
      .join(''),
};

function addressOf(text: string): SyslogAddress | undefined {
  const [, protocol, host = '', digits] = /^(udp|tcp|tls):\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+):(\d{1,5})$/i.exec(text) ?? [];
  const known = (['udp', 'tcp', 'tls'] as const).find((one) => one === protocol?.toLowerCase());
  const port = Number(digits);
  return known === undefined || !(port >= 1 && port <= 65_535) ? undefined : { protocol: known, host: host.replace(/^\[|\]$/g, ''), port };
}

const NAMES = {
  new: 'Surveillance device found',
  gone: 'Device gone',
  back: 'Device back',
  moved: 'Device moved',
  'firmware-changed': 'Firmware changed',
  'verdict-changed': 'Policy verdict changed',
  merged: 'Two devices are one',
  split: 'A device is two',
  'phase-out-changed': 'Phase-out step',
} as const satisfies Record<ExportEvent['kind'], string>;

/** Of 0 to 10: what is restricted matters, what is none matters little. */
function cefSeverity({ device, kind }: ExportEvent): number {
  if (!device.flagged) return device.surveillance === false ? 1 : 3;
  return kind === 'new' || kind === 'back' || kind === 'verdict-changed' ? 8 : 6;
}

/** Warning, notice or informational. */
function syslogSeverity(event: ExportEvent): number {
  const severity = cefSeverity(event);
  return severity >= 6 ? 4 : severity >= 3 ? 5 : 6;
}

export function cefLine(event: ExportEvent, { version }: Pick<ExportContext, 'version'>, hostname: string): string {
  const header = [
    'Camsweep',
    'camsweep',
    version,
    event.kind,
    event.device.surveillance === false ? 'Other device' : NAMES[event.kind],
    String(cefSeverity(event)),
  ];
  const extension = extensionOf(event, hostname).flatMap(([key, value]) =>
    value === null || value === '' ? [] : [`${key}=${inExtension(value)}`],
  );
  return `CEF:0|${header.map(inHeader).join('|')}|${extension.join(' ')}`;
}

function extensionOf(
  { id, at, kind, policy, before, after, summary, device }: ExportEvent,
  hostname: string,
): (readonly [string, string | null])[] {
  const [ipv4, ipv6] = [
    device.addresses.find((address) => !address.includes(':')),
    device.addresses.find((address) => address.includes(':')),
  ];
  const labelled = (name: string, label: string, value: string | null): (readonly [string, string | null])[] =>
    value === null || value === ''
      ? []
      : [
          [name, value],
          [`${name}Label`, label],
        ];
  return [
    ['rt', String(Date.parse(at))],
    ['cat', kind],
    ['externalId', device.key],
    ['eventId', String(id)],
    ['dst', ipv4 ?? null],
    ...labelled('c6a3', 'Destination IPv6 Address', ipv6 ?? null),
    ['dmac', device.mac],
    ['dvchost', hostname === '-' ? null : hostname],
    ['msg', `${device.summary}: ${summary}`],
    ...labelled('cs1', 'maker', device.maker),
    ...labelled('cs2', 'brand', device.brand),
    ...labelled('cs3', 'model', device.model),
    ...labelled('cs4', 'firmware', device.firmware),
    ...labelled(
      'cs5',
      'policy',
      policy ??
        device.verdicts
          .filter(({ verdict }) => verdict !== 'no-match' && verdict !== 'unknown')
          .map(({ policy: one, verdict }) => `${one}:${verdict}`)
          .join(';'),
    ),
    ...labelled('cs6', 'site', device.site),
    ...labelled('flexString1', 'serial', device.serial),
    ...labelled('flexString2', 'change', before === null && after === null ? null : `${before ?? ''} -> ${after ?? ''}`),
    ['outcome', device.flagged ? 'flagged' : 'not-flagged'],
  ];
}

const MAX_LENGTH = 1000;

function inHeader(text: string): string {
  return printable(text, MAX_LENGTH).replace(/[\\|]/g, '\\$&');
}

function inExtension(text: string): string {
  return printable(text, MAX_LENGTH).trim().replace(/[\\=]/g, '\\$&');
}
