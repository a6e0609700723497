/**
 * Fills the templates of host data in: addresses, MAC spellings, dates, and nonces in the form each firmware gives them.
 * Pure but for randomness and the clock. The byte forms follow recorded 401 answers (MissiaL/hikvision-client), nmap-service-probes and captures in retina and gortsplib, written independently of
 * the probes' codecs so that a mistake there is not repeated here.
 */
import { randomBytes, randomUUID } from 'node:crypto';

export interface Filling {
  readonly address: string;
  readonly mac: string;
  /** Another host of the lab, for answers that point elsewhere. */
  readonly other: string;
  port(standard: number): number;
}

type Values = Readonly<Record<string, string>>;

/** Replaces every `{{name}}`; an unknown name is a mistake in the host data and says so. */
export function fill(text: string, filling: Filling, extra: Values = {}): string {
  return text.replace(/\{\{([a-zA-Z0-9:-]+)\}\}/g, (whole, name: string) => {
    const value = extra[name] ?? valueOf(name, filling);
    if (value === undefined) throw new Error(`unknown template word ${whole}`);
    return value;
  });
}

function valueOf(name: string, filling: Filling): string | undefined {
  const { address, mac, other } = filling;
  if (name.startsWith('nonce:')) return nonceOf(name.slice(6));
  if (name.startsWith('port:')) return String(filling.port(Number(name.slice(5))));
  switch (name) {
    case 'address':
      return address;
    case 'other':
      return other;
    case 'origin':
      return `http://${address}${portSuffix(filling.port(80), 80)}`;
    case 'other-origin':
      return `http://${other}${portSuffix(filling.port(80), 80)}`;
    case 'mac':
      return mac;
    case 'mac-dashes':
      return mac.replaceAll(':', '-');
    case 'mac-bare':
      return mac.replaceAll(':', '');
    case 'MAC-BARE':
      return mac.replaceAll(':', '').toUpperCase();
    case 'MAC':
      return mac.toUpperCase();
    case 'MAC-DASHES':
      return mac.replaceAll(':', '-').toUpperCase();
    case 'date':
      return new Date().toUTCString();
    case 'date-rtsp':
      return rtspDate(new Date());
    case 'iso':
      return new Date().toISOString().slice(0, 19);
    case 'clock':
      return onvifClock(new Date());
    case 'uuid':
      return randomUUID();
    case 'session':
      return randomBytes(8).toString('hex');
    default:
      return undefined;
  }
}

function portSuffix(port: number, standard: number): string {
  return port === standard ? '' : `:${port}`;
}

/** `Thu, May 14 2020 16:45:35 GMT`, the order some RTSP servers use instead of RFC 1123. */
function rtspDate(now: Date): string {
  const [day, date, month, year, time] = now.toUTCString().split(/,? /);
  return `${day ?? ''}, ${month ?? ''} ${date ?? ''} ${year ?? ''} ${time ?? ''} GMT`;
}

function onvifClock(now: Date): string {
  const time = `<tt:Hour>${now.getUTCHours()}</tt:Hour><tt:Minute>${now.getUTCMinutes()}</tt:Minute><tt:Second>${now.getUTCSeconds()}</tt:Second>`;
  const date = `<tt:Year>${now.getUTCFullYear()}</tt:Year><tt:Month>${now.getUTCMonth() + 1}</tt:Month><tt:Day>${now.getUTCDate()}</tt:Day>`;
  return `<tt:Time>${time}</tt:Time><tt:Date>${date}</tt:Date>`;
}

function nonceOf(form: string): string | undefined {
  const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
  switch (form) {
    // 48 hex digits of the ASCII of the base64 of `<8 hex>:<8 hex>` (recorded on V5.5 firmware).
    case 'hex48':
      return Buffer.from(Buffer.from(`${hex(4)}:${hex(4)}`).toString('base64')).toString('hex');
    // 60 hex digits: `<4 hex>:<8 hex>:` in ASCII, then 16 raw bytes (newer firmware).
    case 'hex60':
      return Buffer.concat([Buffer.from(`${hex(2)}:${hex(4)}:`), randomBytes(16)]).toString('hex');
    case 'hex32':
      return hex(16);
    // Text with a colon inside, as recorders with `domain="::"` send it.
    case 'colon':
      return `${hex(8)}:${hex(4)}`;
    // mod_auth_digest: base64 time, then a SHA-1 in hex.
    case 'apache':
      return `${randomBytes(6).toString('base64')}=${hex(20)}`;
    case 'axis':
      return `0${hex(3)}:Y${hex(16)}`;
    case 'decimal':
      return String(randomBytes(4).readUInt32BE(0));
    case 'onvif-digest':
      return Buffer.from(`onvif-digest:${hex(8)}`).toString('base64');
    default:
      return undefined;
  }
}
