/**
 * Readers for the fixed binary structures of vendor protocols. Pure; every read is bounds-checked and yields undefined or
 * the empty text where the bytes end. No protocol is known here.
 */
import { field } from './observation.ts';
import type { Field } from './observation.ts';
import { responseBytes } from './recording.ts';
import { latin1Of, normaliseMac, textOf } from './text.ts';

/** No datagram is longer; a recording from elsewhere may claim to be. */
export const MAX_DATAGRAM_BYTES = 65_536;

// Base64 of that many bytes: cut before decoding, so that a hostile file costs no more than a datagram does.
const MAX_BASE64_LENGTH = Math.ceil(MAX_DATAGRAM_BYTES / 3) * 4;

/** The `bytes` of a response, at most one datagram's worth; undefined when the response has none. */
export function datagramOf(response: Readonly<Record<string, unknown>>): Uint8Array | undefined {
  const { bytes } = response;
  return typeof bytes === 'string' ? responseBytes({ bytes: bytes.slice(0, MAX_BASE64_LENGTH) }) : undefined;
}

export function fromHex(hex: string): Uint8Array {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex');
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

export function hasAt(bytes: Uint8Array, offset: number, expected: Uint8Array): boolean {
  return bytes.length >= offset + expected.length && expected.every((value, index) => bytes[offset + index] === value);
}

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && hasAt(left, 0, right);
}

/** Big-endian unsigned integer of 1 to 4 bytes. */
export function uintBE(bytes: Uint8Array, offset: number, size: 1 | 2 | 3 | 4): number | undefined {
  if (offset < 0 || offset + size > bytes.length) return undefined;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).readUIntBE(offset, size);
}

/** Little-endian unsigned integer of 1 to 4 bytes. */
export function uintLE(bytes: Uint8Array, offset: number, size: 1 | 2 | 3 | 4): number | undefined {
  if (offset < 0 || offset + size > bytes.length) return undefined;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).readUIntLE(offset, size);
}

/** Text in a field of fixed length: up to the first NUL, trimmed. */
export function paddedText(bytes: Uint8Array, offset: number, length: number): string {
  const part = bytes.subarray(offset, offset + length);
  const end = part.indexOf(0);
  return textOf(end < 0 ? part : part.subarray(0, end)).trim();
}

/** Dotted IPv4 address from four bytes in network order; undefined for 0.0.0.0 and past the end. */
export function ipv4At(bytes: Uint8Array, offset: number): string | undefined {
  const part = bytes.subarray(offset, offset + 4);
  return part.length === 4 && part.some((value) => value !== 0) ? part.join('.') : undefined;
}

/** Normalised MAC from six bytes; undefined for all zeros or all ones and past the end. */
export function macAt(bytes: Uint8Array, offset: number): string | undefined {
  const part = bytes.subarray(offset, offset + 6);
  return part.length === 6 ? normaliseMac(toHex(part)) : undefined;
}

/** Where an ASCII text starts, or -1. */
export function indexOfText(bytes: Uint8Array, text: string): number {
  return latin1Of(bytes).indexOf(text);
}

/** Fields under one prefix, in order; empty and absent values are left out. */
export function prefixed(prefix: string, values: Readonly<Record<string, string | undefined>>): Field[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [field(`${prefix}.${name}`, value)],
  );
}

/** As `prefixed`, after the field that says the protocol was spoken. */
export function present(prefix: string, values: Readonly<Record<string, string | undefined>>): Field[] {
  return [field(`${prefix}.present`, 'true'), ...prefixed(prefix, values)];
}
