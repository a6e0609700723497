/**
 * HTTP-shaped messages (HTTP, RTSP, SSDP, ICY) as devices really send them: pure and byte-exact.
 *
 * node:http refuses more than half of the malformed answers cameras give, and folds the duplicates that identify them.
 * Here header order, spelling and duplicates survive; a message that breaks off yields what came.
 */
import { unpack } from './content-encoding.ts';
import { latin1Of, textOf } from './text.ts';
import type { HeaderLine } from './recording.ts';

export { parseChallenges, type Challenge } from './auth-challenge.ts';

export interface HttpMessage {
  /** First token of the status line, e.g. `HTTP/1.1` or `RTSP/1.0`; empty where there was no status line (HTTP/0.9). */
  readonly version: string;
  readonly status: number | undefined;
  readonly reason: string;
  /** Values keep every blank after the first: two blanks after the colon identify a firmware. `headerValue` trims. */
  readonly headers: readonly HeaderLine[];
  /** De-chunked and unpacked. */
  readonly body: Uint8Array;
  /** True when the header block ended with a blank line. */
  readonly headComplete: boolean;
  /** Whether the body is whole by the message's own word; undefined when it gives none. */
  readonly bodyComplete?: boolean | undefined;
}

const MAX_HEADERS = 100;
const MAX_HEAD_BYTES = 32_768;
const MAX_BODY_BYTES = 1_048_576;
const MAX_INTERIM = 3;

const STATUS_LINE = /^([A-Za-z]{2,10}(?:\/\d{1,2}(?:\.\d{1,2})?)?)[ \t]+(\d{3})(?!\d)[ \t]*(.*)$/;
const VERSION = /^(?:HTTP|RTSP)\/[\d.]*/i;

interface Head {
  readonly version: string;
  readonly status: number | undefined;
  readonly reason: string;
  readonly headers: readonly HeaderLine[];
  /** Offset of the body; undefined while the header block has not ended. */
  readonly bodyStart: number | undefined;
}

/** Splits bytes into status line, headers and body; decodes a chunked or compressed body. Never throws. */
export function parseHttpMessage(bytes: Uint8Array): HttpMessage {
  const head = readFinalHead(bytes);
  if (!head) return { version: '', status: undefined, reason: '', headers: [], body: bytes, headComplete: false };

  const { version, status, reason, headers, bodyStart } = head;
  const rest = bodyStart === undefined ? new Uint8Array() : bytes.subarray(bodyStart, bodyStart + MAX_BODY_BYTES);
  const chunks = isChunked(headers) ? dechunk(rest) : undefined;
  const body = chunks ? chunks.body : rest;
  const length = declaredLength(headers);
  return {
    version,
    status,
    reason,
    headers,
    body: unpack(body, headerValue(headers, 'content-encoding')),
    headComplete: bodyStart !== undefined,
    bodyComplete: chunks ? chunks.complete : length === undefined ? undefined : rest.length >= length,
  };
}

/**
 * Tells of a growing buffer when the message is complete by its own word: Content-Length reached, last chunk seen, or a status
 * without a body. The head is parsed once, however many pieces the bytes arrive in. For
 * `TcpRequest.until`, where it runs on every packet, one watcher an exchange.
 */
export function completionWatcher(): (received: Uint8Array) => boolean {
  let searchedTo = 0;
  let head: Head | undefined;
  return (received) => {
    if (head?.bodyStart === undefined) {
      if (!hasBlankLine(received, searchedTo)) {
        searchedTo = Math.max(0, received.length - 3);
        return false;
      }
      head = readFinalHead(received);
      searchedTo = Math.max(0, received.length - 3);
    }
    return head?.bodyStart !== undefined && isBodyComplete(head, head.bodyStart, received);
  };
}

function isBodyComplete({ status, headers }: Head, bodyStart: number, received: Uint8Array): boolean {
  if (status === undefined) return false;
  if (status === 204 || status === 304) return true;
  if (isChunked(headers)) return /(^|\n)0+[ \t]*\r?\n\r?\n$/.test(latin1Of(received.subarray(Math.max(bodyStart, received.length - 16))));
  const length = declaredLength(headers);
  return length !== undefined && received.length - bodyStart >= length;
}

/** For `TcpRequest.until` of a request by HTTP: the answer is complete, or none that HTTP could begin with. One watcher an exchange. */
export function answerWatcher(): (received: Uint8Array) => boolean {
  const isWhole = completionWatcher();
  return (received) => isWhole(received) || isForeign(received);
}

/** Bytes no web server begins with: a TLS alert, or the greeting of another service. Waiting for more brings nothing. */
function isForeign(received: Uint8Array): boolean {
  if (isTlsAlert(received)) return received.length >= 7;
  return received.length >= 12 && !/^\s*(?:HTTP|ICY|<)/i.test(latin1Of(received.subarray(0, 32)).replace(/^\xef\xbb\xbf/, ''));
}

/** Record type 21, major version 3: what a TLS server says to a plain request. */
export function isTlsAlert(bytes: Uint8Array): boolean {
  return bytes[0] === 0x15 && bytes[1] === 0x03;
}

/** A blank line in any of the spellings that end a header block. */
function hasBlankLine(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1)) {
    const next = bytes[at + 1] === 13 ? bytes[at + 2] : bytes[at + 1];
    if (next === 10) return true;
  }
  return false;
}

/** The head of the answer itself, after interim ones (`100 Continue`). Undefined when there is no status line. */
function readFinalHead(bytes: Uint8Array): Head | undefined {
  let offset = 0;
  let head = readHead(bytes);
  for (let interim = 0; interim < MAX_INTERIM && head?.bodyStart !== undefined; interim++) {
    const { status } = head;
    if (status === undefined || status < 100 || status > 199 || status === 101) break;
    offset += head.bodyStart;
    const next = readHead(bytes.subarray(offset));
    if (!next) return { ...head, bodyStart: undefined };
    head = next;
  }
  return head?.bodyStart === undefined ? head : { ...head, bodyStart: head.bodyStart + offset };
}

function readHead(bytes: Uint8Array): Head | undefined {
  const whole = latin1Of(bytes.subarray(0, MAX_HEAD_BYTES));
  // Some servers send an empty line first, or let one slip in after the previous answer.
  const start = /^[\r\n]{0,16}/.exec(whole)?.[0].length ?? 0;
  const head = whole.slice(start);
  const firstLine = head.slice(0, lineEnd(head, 0)).trim();
  const match = STATUS_LINE.exec(firstLine);
  const version = match ? match[1] : VERSION.exec(firstLine)?.[0];
  if (version === undefined) return undefined;

  const { headers, bodyStart } = readHeaders(head, nextLine(head, 0));
  return {
    version,
    status: match ? Number(match[2]) : undefined,
    reason: (match?.[3] ?? '').trim(),
    headers,
    bodyStart: bodyStart === undefined ? undefined : bodyStart + start,
  };
}

function readHeaders(head: string, from: number): { headers: HeaderLine[]; bodyStart: number | undefined } {
  const headers: HeaderLine[] = [];
  for (let at = from; at < head.length;) {
    const next = nextLine(head, at);
    const line = head.slice(at, lineEnd(head, at));
    if (line.trim() !== '') keepHeader(headers, line);
    else if (head[next - 1] === '\n') return { headers, bodyStart: next };
    at = next;
  }
  return { headers, bodyStart: undefined };
}

function keepHeader(headers: HeaderLine[], line: string): void {
  const previous = headers.at(-1);
  if (/^[ \t]/.test(line) && previous) {
    headers[headers.length - 1] = [previous[0], `${previous[1]} ${text(line.trim())}`];
    return;
  }
  const colon = line.indexOf(':');
  if (colon <= 0 || headers.length >= MAX_HEADERS) return;
  // One blank after the colon belongs to the form; more than that is the device's own and identifies it.
  const value = line.slice(colon + 1).replace(/^[ \t]/, '');
  headers.push([text(line.slice(0, colon).trim()), text(value.trimEnd())]);
}

/** Header text: the bytes as UTF-8 where they are UTF-8. */
function text(latin1: string): string {
  return /[\u0080-\u00ff]/.test(latin1) ? textOf(Buffer.from(latin1, 'latin1')) : latin1;
}

function lineEnd(head: string, from: number): number {
  const at = head.indexOf('\n', from);
  if (at < 0) return head.length;
  return at > from && head[at - 1] === '\r' ? at - 1 : at;
}

function nextLine(head: string, from: number): number {
  const at = head.indexOf('\n', from);
  return at < 0 ? head.length : at + 1;
}

function isChunked(headers: readonly HeaderLine[]): boolean {
  return /\bchunked\b/i.test(headerValue(headers, 'transfer-encoding') ?? '');
}

/** Content-Length; the largest where a device sends several: waiting costs less than a page cut short. */
function declaredLength(headers: readonly HeaderLine[]): number | undefined {
  const lengths = headerValues(headers, 'content-length').filter((value) => /^\d{1,9}$/.test(value));
  return lengths.length === 0 ? undefined : Math.max(...lengths.map(Number));
}

function dechunk(bytes: Uint8Array): { body: Uint8Array; complete: boolean } {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const match = /^([0-9a-fA-F]{1,8})[^\n]*\n/.exec(latin1Of(bytes.subarray(at, at + 128)));
    // Announced, and then not done: the body is what follows.
    if (!match && at === 0) return { body: bytes, complete: false };
    if (!match) break;
    const size = parseInt(match[1] ?? '0', 16);
    if (size === 0) return { body: Buffer.concat(parts), complete: true };
    const start = at + match[0].length;
    parts.push(bytes.subarray(start, start + size));
    at = start + size;
    while (at < bytes.length && (bytes[at] === 13 || bytes[at] === 10)) at++;
  }
  return { body: Buffer.concat(parts), complete: false };
}

/** First value of a header, by case-insensitive name, without blanks around it. */
export function headerValue(headers: readonly HeaderLine[], name: string): string | undefined {
  return headerValues(headers, name)[0];
}

/** All values of a header, in order, without blanks around them. */
export function headerValues(headers: readonly HeaderLine[], name: string): string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value.trim());
}

/** The structured response of a recording (`status`, `headers`, `body`, or `bytes`) as a message; tolerant of anything. */
export function messageOf(response: Readonly<Record<string, unknown>>): HttpMessage {
  if (typeof response.bytes === 'string') return parseHttpMessage(Buffer.from(response.bytes, 'base64'));
  const lines = Array.isArray(response.headers) ? response.headers.slice(0, MAX_HEADERS) : [];
  const headers = lines.flatMap((line: unknown): HeaderLine[] =>
    Array.isArray(line) && typeof line[0] === 'string' && typeof line[1] === 'string' ? [[line[0], line[1]]] : [],
  );
  const body = typeof response.body === 'string' ? Buffer.from(response.body.slice(0, MAX_BODY_BYTES), 'utf8') : new Uint8Array();
  const status = typeof response.status === 'number' ? response.status : undefined;
  return { version: '', status, reason: '', headers, body, headComplete: true };
}

/** Body as text, at most `maxBytes`; a character cut in half at the end is left out. */
export function bodyText(message: HttpMessage, maxBytes = 65_536): string {
  return textOf(wholeCharacters(message.body.subarray(0, maxBytes)));
}

/** Without an unfinished UTF-8 sequence at the end, which would make the whole text look like Latin-1. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte < 0xc0) continue; // continuation byte: look further back for the lead
    const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return wanted > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}
