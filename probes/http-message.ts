/**
 * HTTP-shaped messages (HTTP, RTSP, SSDP, ICY) as devices really send them: pure and byte-exact.
 *
 * node:http refuses more than half of the malformed answers cameras give, and folds the duplicates that identify them.
 * Here header order, spelling and duplicates survive; a message that breaks off yields what came.
 */
import { latin1Of, textOf } from './text.ts';
import type { HeaderLine } from './recording.ts';

export interface HttpMessage {
  /** First token of the status line, e.g. `HTTP/1.1` or `RTSP/1.0`; empty where there was no status line (HTTP/0.9). */
  readonly version: string;
  readonly status: number | undefined;
  readonly reason: string;
  readonly headers: readonly HeaderLine[];
  readonly body: Uint8Array;
  /** True when the header block ended with a blank line. */
  readonly headComplete: boolean;
}

const MAX_HEADERS = 100;
const MAX_HEAD_BYTES = 32_768;
const STATUS_LINE = /^([A-Za-z]{2,10}(?:\/\d(?:\.\d)?)?)[ \t]+(\d{3})(?:[ \t]+(.*))?$/;

/** Splits bytes into status line, headers and body; decodes a chunked body. Never throws. */
export function parseHttpMessage(bytes: Uint8Array): HttpMessage {
  const head = latin1Of(bytes.subarray(0, MAX_HEAD_BYTES));
  const firstLine = head.slice(0, lineEnd(head, 0));
  const match = STATUS_LINE.exec(firstLine.trim());
  if (!match) return { version: '', status: undefined, reason: '', headers: [], body: bytes, headComplete: false };

  const { headers, bodyStart } = readHeaders(head, nextLine(head, 0));
  const rest = bodyStart === undefined ? new Uint8Array() : bytes.subarray(bodyStart);
  const chunked = /\bchunked\b/i.test(headerValue(headers, 'transfer-encoding') ?? '');
  return {
    version: match[1] ?? '',
    status: Number(match[2]),
    reason: (match[3] ?? '').trim(),
    headers,
    body: chunked ? dechunk(rest) : rest,
    headComplete: bodyStart !== undefined,
  };
}

/** True when the message is complete by its own word: Content-Length reached, last chunk seen, or a status without a body. */
export function isComplete(bytes: Uint8Array): boolean {
  const head = latin1Of(bytes.subarray(0, MAX_HEAD_BYTES));
  if (head.length < 12 || !STATUS_LINE.test(head.slice(0, lineEnd(head, 0)).trim())) return false;
  const { headers, bodyStart } = readHeaders(head, nextLine(head, 0));
  if (bodyStart === undefined) return false;
  const status = Number(STATUS_LINE.exec(head.slice(0, lineEnd(head, 0)).trim())?.[2]);
  if (status === 204 || status === 304 || (status >= 100 && status < 200)) return true;
  if (/\bchunked\b/i.test(headerValue(headers, 'transfer-encoding') ?? '')) {
    return /(^|\n)0+[ \t]*\r?\n\r?\n$/.test(latin1Of(bytes.subarray(Math.max(bodyStart, bytes.length - 16))));
  }
  const length = headerValue(headers, 'content-length');
  return length !== undefined && /^\d{1,9}$/.test(length) && bytes.length - bodyStart >= Number(length);
}

function readHeaders(head: string, from: number): { headers: HeaderLine[]; bodyStart: number | undefined } {
  const headers: HeaderLine[] = [];
  for (let at = from; at < head.length;) {
    const end = lineEnd(head, at);
    const line = head.slice(at, end);
    const next = nextLine(head, at);
    if (line.trim() === '') return { headers, bodyStart: next };
    if (end === head.length) break; // broken off inside a line: the part is kept below
    keepHeader(headers, line);
    at = next;
    if (at >= head.length) return { headers, bodyStart: undefined };
  }
  const tail = head.slice(head.lastIndexOf('\n') + 1);
  if (from < head.length && tail.trim() !== '') keepHeader(headers, tail);
  return { headers, bodyStart: undefined };
}

function keepHeader(headers: HeaderLine[], line: string): void {
  const previous = headers.at(-1);
  if (/^[ \t]/.test(line) && previous) {
    headers[headers.length - 1] = [previous[0], `${previous[1]} ${line.trim()}`];
    return;
  }
  const colon = line.indexOf(':');
  if (colon <= 0 || headers.length >= MAX_HEADERS) return;
  // One blank after the colon belongs to the form; more than that is the device's own and identifies it.
  headers.push([
    line.slice(0, colon).trim(),
    line
      .slice(colon + 1)
      .replace(/^[ \t]/, '')
      .replace(/[ \t]+$/, ''),
  ]);
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  if (at < 0) return text.length;
  return at > from && text[at - 1] === '\r' ? at - 1 : at;
}

function nextLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at + 1;
}

function dechunk(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const line = latin1Of(bytes.subarray(at, at + 24));
    const match = /^([0-9a-fA-F]{1,8})[^\n]*\n/.exec(line);
    if (!match) break;
    const size = parseInt(match[1] ?? '0', 16);
    if (size === 0) break;
    const start = at + match[0].length;
    parts.push(bytes.subarray(start, start + size));
    at = start + size;
    while (at < bytes.length && (bytes[at] === 13 || bytes[at] === 10)) at++;
  }
  return Buffer.concat(parts);
}

/** First value of a header, by case-insensitive name. */
export function headerValue(headers: readonly HeaderLine[], name: string): string | undefined {
  return headerValues(headers, name)[0];
}

/** All values of a header, in order. */
export function headerValues(headers: readonly HeaderLine[], name: string): string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
}

/** The structured response of a recording (`status`, `headers`, `body`, or `bytes`) as a message; tolerant of anything. */
export function messageOf(response: Readonly<Record<string, unknown>>): HttpMessage {
  if (typeof response.bytes === 'string') return parseHttpMessage(Buffer.from(response.bytes, 'base64'));
  const lines = Array.isArray(response.headers) ? response.headers : [];
  const headers = lines.flatMap((line: unknown): HeaderLine[] =>
    Array.isArray(line) && typeof line[0] === 'string' && typeof line[1] === 'string' ? [[line[0], line[1]]] : [],
  );
  const body = typeof response.body === 'string' ? Buffer.from(response.body, 'utf8') : new Uint8Array();
  const status = typeof response.status === 'number' ? response.status : undefined;
  return { version: '', status, reason: '', headers: headers.slice(0, MAX_HEADERS), body, headComplete: true };
}

/** Body as text, at most `maxBytes`. */
export function bodyText(message: HttpMessage, maxBytes = 65_536): string {
  return textOf(message.body.subarray(0, maxBytes));
}

/** One challenge of a WWW-Authenticate header. */
export interface Challenge {
  readonly raw: string;
  /** Lower case: `digest`, `basic` … */
  readonly scheme: string;
  /** Parameter names as spelled, in order. */
  readonly names: readonly string[];
  /** Values by lower-case name, quotes removed. */
  readonly params: Readonly<Record<string, string>>;
}

/** Parses the value of one WWW-Authenticate line, which may hold several challenges. Linear, bounded. */
export function parseChallenges(value: string): Challenge[] {
  const text = value.slice(0, 4096);
  const starts = [...text.matchAll(/(?:^|,)[ \t]*(Digest|Basic|Negotiate|NTLM|Bearer|X-Digest)(?=[ \t]|$|,)/gi)];
  if (starts.length === 0)
    return text.trim() === '' ? [] : [{ raw: text, scheme: text.trim().split(/[ \t]/)[0]?.toLowerCase() ?? '', names: [], params: {} }];
  return starts.map((start, index) => {
    const raw = text
      .slice(start.index, starts[index + 1]?.index ?? text.length)
      .replace(/^[,\s]+/, '')
      .trim();
    const names: string[] = [];
    const params: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const pair of raw.matchAll(/([A-Za-z][A-Za-z0-9_-]*)[ \t]*=[ \t]*(?:"([^"]*)"|([^\s,"]*))/g)) {
      const name = pair[1] ?? '';
      names.push(name);
      params[name.toLowerCase()] ??= pair[2] ?? pair[3] ?? '';
    }
    return { raw, scheme: (start[1] ?? '').toLowerCase(), names, params };
  });
}
