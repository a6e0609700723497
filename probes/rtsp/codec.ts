/**
 * RTSP requests as bytes, and the two things in an answer that are RTSP's own: the form of its Date header and SDP lines
 * (RFC 2326, RFC 8866). Pure. Only OPTIONS and DESCRIBE exist here: nothing can set up a stream.
 */

export interface RtspRequest {
  readonly method: 'OPTIONS' | 'DESCRIBE';
  readonly url: string;
  /** Sent as `CSeq`, spelled so: some servers compare it with case. */
  readonly sequence: number;
  readonly userAgent: string;
}

export function rtspUrl(address: string, port: number): string {
  const host = address.includes(':') ? `[${address.split('%', 1)[0] ?? ''}]` : address;
  return `rtsp://${host}:${port}/`;
}

export function encodeRtspRequest({ method, url, sequence, userAgent }: RtspRequest): Uint8Array {
  const lines = [
    `${method} ${url} RTSP/1.0`,
    `CSeq: ${sequence}`,
    `User-Agent: ${userAgent.replace(/[^\x20-\x7e]/g, '')}`,
    ...(method === 'DESCRIBE' ? ['Accept: application/sdp'] : []),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

export type DateForm = 'mon-dd-yyyy' | 'mon-dd-yyyy-two-blanks' | 'rfc1123' | 'other';

const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const MONTH_FIRST = new RegExp(`^${DAY}, ${MONTH} [ \\d]\\d \\d{4} \\d\\d:\\d\\d:\\d\\d GMT$`);
const RFC1123 = new RegExp(`^${DAY}, \\d\\d ${MONTH} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT$`);

/** Form of a Date value as it followed `Date:` and one blank; a blank left in front is the second one. */
export function dateForm(value: string): DateForm {
  const date = value.slice(0, 128).trimEnd();
  if (RFC1123.test(date)) return 'rfc1123';
  if (MONTH_FIRST.test(date)) return 'mon-dd-yyyy';
  return date.startsWith(' ') && MONTH_FIRST.test(date.slice(1)) ? 'mon-dd-yyyy-two-blanks' : 'other';
}

/** Path and query of an `rtsp://` URL; of a bare path, itself. Undefined for anything else. */
export function urlPath(url: string): string | undefined {
  const text = url.trim();
  if (text.startsWith('/')) return text;
  const match = /^rtsp[su]?:\/\/[^/?#]{0,300}([/?].*)?$/i.exec(text);
  return match ? (match[1] ?? '/') : undefined;
}

export interface SdpLine {
  readonly letter: string;
  readonly value: string;
}

const MAX_SDP_LINES = 100;

/** The `x=value` lines of a session description; none when the text is not one. */
export function parseSdp(text: string): SdpLine[] {
  const body = text.trimStart();
  if (!/^v=\d/.test(body)) return [];
  return body
    .split(/\r\n|\r|\n/, MAX_SDP_LINES)
    .flatMap((line) => (/^[a-z]=/.test(line) ? [{ letter: line.slice(0, 1), value: line.slice(2).trim() }] : []));
}
