/**
 * Values of the same shape: what a signature looks at (length, kinds of characters, structure) stays, what identifies goes. Pure and
 * repeatable: replacements come from a counter, never from the value itself, so nothing of it can be worked back.
 */
import { nonceForm } from '../../probes/nonce-form.ts';
import { parseSerial } from '../../probes/serial.ts';
import { latin1Of } from '../../probes/text.ts';
import { randomFrom } from '../../test/probes/mutate.ts';

const HEX = /^[0-9a-fA-F]+$/;
const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const PRINTABLE = /^[\x20-\x7e]+$/;
const TRIES = 20;

type Random = () => number;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** Each letter and digit replaced by another of its kind; hex stays hex in its case. */
export function sameShape(text: string, number: number): string {
  return shaped(text, randomFrom(number * 7919 + 17));
}

function shaped(text: string, random: Random): string {
  const upper = /[A-F]/.test(text);
  if (HEX.test(text) && /[a-f]/i.test(text) && text.length >= 4) {
    const digits = text.replace(/./g, () => below(random, 16).toString(16));
    return upper ? digits.toUpperCase() : digits;
  }
  return text
    .replace(/\d/g, () => String(below(random, 10)))
    .replace(/[A-Z]/g, () => String.fromCharCode(65 + below(random, 26)))
    .replace(/[a-z]/g, () => String.fromCharCode(97 + below(random, 26)));
}

/** A nonce of the same form: what is encoded in it stays encoded, words of the generator stay words. */
export function sameNonce(nonce: string, number: number): string {
  if (UUID.test(nonce)) return sameUuid(nonce, number);
  const random = randomFrom(number * 104_729 + 5);
  const form = nonceForm(nonce);
  for (let round = 0; round < TRIES; round++) {
    const candidate = nonceLike(nonce, random);
    if (candidate.length === nonce.length && candidate !== nonce && nonceForm(candidate) === form) return candidate;
  }
  return shaped(nonce, random);
}

function nonceLike(nonce: string, random: Random): string {
  if (HEX.test(nonce) && nonce.length >= 16 && nonce.length % 2 === 0) {
    const inner = latin1Of(Buffer.from(nonce, 'hex'));
    const lead = /^(?:[0-9a-fA-F]{2,32}:){1,4}/.exec(inner)?.[0] ?? '';
    if (!PRINTABLE.test(inner) && lead === '') return shaped(nonce, random);
    const masked = PRINTABLE.test(inner)
      ? nonceLike(inner, random)
      : partsLike(lead, random) + bytesLike(inner.length - lead.length, random);
    return Buffer.from(masked, 'latin1').toString('hex');
  }
  if (/^[A-Za-z0-9+/]{8,}={0,2}$/.test(nonce) && nonce.length % 4 === 0 && !HEX.test(nonce)) {
    const inner = latin1Of(Buffer.from(nonce, 'base64'));
    const masked = PRINTABLE.test(inner) ? partsLike(inner, random) : bytesLike(inner.length, random);
    return Buffer.from(masked, 'latin1').toString('base64');
  }
  return partsLike(nonce, random);
}

/** A lower-case word between colons is a constant of the generator. */
function partsLike(text: string, random: Random): string {
  return text
    .split(':')
    .map((part) => (/^[a-z][a-z-]{2,23}$/.test(part) ? part : shaped(part, random)))
    .join(':');
}

function bytesLike(length: number, random: Random): string {
  return Array.from({ length }, () => String.fromCharCode(128 + below(random, 128))).join('');
}

/** A UUID of the same version and variant; a MAC at its end is not ours to judge and is left to the caller. */
export function sameUuid(uuid: string, number: number): string {
  if (!UUID.test(uuid)) return sameShape(uuid, number);
  const [time = '', mid = '', version = '', variant = '', node = ''] = uuid.split('-');
  const random = randomFrom(number * 15_485_863 + 3);
  // Zeros are part of the form: one firmware writes the time with three of them at its end.
  const zeroed = (text: string): string =>
    text.replace(/[1-9a-fA-F]/g, (digit) => shaped(`${digit}aaa`, random).slice(0, 1).replace('0', '1'));
  const cased = (text: string, like: string): string => (/[A-F]/.test(like) ? text.toUpperCase() : text);
  return [
    cased(zeroed(time), uuid),
    cased(zeroed(mid), uuid),
    version,
    variant.slice(0, 1) + cased(zeroed(variant.slice(1)), uuid),
    cased(zeroed(node), uuid),
  ].join('-');
}

/** First three octets kept, the rest a number: zero for the first device of a prefix. Lower-case colons in and out. */
export function maskedMac(mac: string, number: number): string {
  const rest = (number % 0x1_00_00_00).toString(16).padStart(6, '0');
  return `${mac.slice(0, 8)}:${rest.slice(0, 2)}:${rest.slice(2, 4)}:${rest.slice(4, 6)}`;
}

/** Model, date and letters kept, every other digit zero but for a number at the end that tells serials apart. */
export function maskedSerial(serial: string, number: number): string {
  const parts = parseSerial(serial);
  const from = parts ? serial.lastIndexOf(parts.tail) : 0;
  const count = serial.slice(from).replace(/\D/g, '').length;
  const value = count === 0 ? '' : number.toString().padStart(count, '0').slice(-count);
  let next = 0;
  return serial.slice(0, from) + serial.slice(from).replace(/\d/g, () => value[next++] ?? '0');
}
