/** A recording's bytes for people: the text around a value where it is text, a hex dump where it is not. Pure. */
import { printable } from '../../probes/text.ts';

const MAX_LINES = 8;
const CONTEXT_CHARS = 160;
const HEX_PER_LINE = 16;

/** Lines that show where `value` stands in the response; the start of the response where it does not stand literally. */
export function excerpt(response: Readonly<Record<string, unknown>>, value: string): string[] {
  const bytes = typeof response.bytes === 'string' ? Buffer.from(response.bytes, 'base64') : undefined;
  if (!bytes) return excerptText(JSON.stringify(response), value);
  return isText(bytes) ? excerptText(bytes.toString('utf8'), value) : hexDump(bytes);
}

function isText(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, 512);
  const odd = sample.filter((byte) => byte < 9 || (byte > 13 && byte < 32)).length;
  return odd * 10 <= sample.length;
}

function excerptText(text: string, value: string): string[] {
  const at = value === '' ? -1 : text.indexOf(value);
  const start = at < 0 ? 0 : Math.max(0, text.lastIndexOf('\n', Math.max(0, at - 1)) + 1, at - CONTEXT_CHARS);
  const end = at < 0 ? 2 * CONTEXT_CHARS : at + Math.min(value.length, CONTEXT_CHARS) + 40;
  return text
    .slice(start, end)
    .split(/\r?\n/)
    .slice(0, MAX_LINES)
    .map((line) => printable(line, 2 * CONTEXT_CHARS));
}

/** Offset, hex and readable characters, sixteen bytes a line. */
export function hexDump(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length && lines.length < MAX_LINES; at += HEX_PER_LINE) {
    const row = bytes.subarray(at, at + HEX_PER_LINE);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = [...row].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(HEX_PER_LINE * 3 - 1)}  ${text}`);
  }
  if (bytes.length > MAX_LINES * HEX_PER_LINE) lines.push(`… ${bytes.length} bytes in all`);
  return lines;
}
