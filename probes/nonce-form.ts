/**
 * The structure of a digest nonce, written down: what a firmware's generator leaves in every nonce while the digits change.
 * `4d57…3d` becomes `hex48:base64:hex8:hex7`. Works where brand texts were replaced. Names no maker; pure; never throws.
 * Facts: recorded 401 answers (MissiaL/hikvision-client). The forms are listed in probes/http/readme.md.
 */
import { latin1Of } from './text.ts';

const MAX_LENGTH = 512;
const MAX_PARTS = 6;

const HEX = /^[0-9a-fA-F]+$/;
const BASE64 = /^(?:[A-Za-z0-9+/_-]{4})+(?:[A-Za-z0-9+/_-]{2}==|[A-Za-z0-9+/_-]{3}=)?$/;
const PRINTABLE = /^[\x20-\x7e]+$/;
const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const WORD = /^[a-z][a-z-]{2,23}$/;

/** Form of a nonce, e.g. `hex32`, `hex48:base64:hex8:hex7`, `base64:onvif-digest:hex11`. Digits count as hex digits. */
export function nonceForm(nonce: string): string {
  const text = nonce.trim();
  if (text === '') return 'empty';
  if (text.length > MAX_LENGTH) return 'long';
  if (UUID.test(text)) return 'uuid';
  if (HEX.test(text)) return hexForm(text);
  // Time in base64, then a digest in hex: no length is a multiple of four by itself.
  const joined = /^([A-Za-z0-9+/]{11}=)([0-9a-f]{40})$/.exec(text);
  if (joined) return 'base64:bytes8+hex40';
  if (isBase64(text)) return base64Form(text);
  return parts(text);
}

function hexForm(text: string): string {
  const plain = `hex${text.length}`;
  if (text.length < 16 || text.length % 2 !== 0) return plain;
  const inner = latin1Of(Buffer.from(text, 'hex'));
  if (inner.length % 4 === 0 && BASE64.test(inner) && !HEX.test(inner)) return `${plain}:${base64Form(inner)}`;
  if (PRINTABLE.test(inner)) return `${plain}:${parts(inner)}`;
  const lead = /^(?:[0-9a-fA-F]{2,32}:){1,4}/.exec(inner)?.[0];
  if (lead === undefined) return plain;
  const rest = inner.length - lead.length;
  return `${plain}:${parts(lead.slice(0, -1))}${rest > 0 ? `:bytes${rest}` : ''}`;
}

/** Letters alone are more likely a word than base64; real base64 of this length has a capital, a digit or padding. */
function isBase64(text: string): boolean {
  return text.length >= 8 && text.length % 4 === 0 && BASE64.test(text) && /[A-Z]/.test(text) && /[a-z0-9+/=]/.test(text);
}

function base64Form(text: string): string {
  const inner = latin1Of(Buffer.from(text, 'base64'));
  return PRINTABLE.test(inner) ? `base64:${parts(inner)}` : `base64:bytes${inner.length}`;
}

/** The parts between colons, each by its kind. A lower-case word is a constant of the generator and stands for itself. */
function parts(text: string): string {
  const found = text.split(':');
  const shown = found.slice(0, MAX_PARTS).map((part) => {
    if (part === '') return 'empty';
    if (HEX.test(part)) return `hex${part.length}`;
    if (UUID.test(part)) return 'uuid';
    return WORD.test(part) ? part : `text${part.length}`;
  });
  return found.length > MAX_PARTS ? `${shown.join(':')}:more` : shown.join(':');
}
