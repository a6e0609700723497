/**
 * Mutations of recorded responses for the fuzz driver: bytes, texts, and the shape of the response itself. Pure and
 * repeatable from a seed.
 */

export type Random = () => number;

const pick = <T>(list: readonly T[], random: Random): T | undefined => list[Math.floor(random() * list.length)];

/** Tokens that parsers of these formats stumble on. */
const TOKENS = [
  '\0',
  '<',
  '>',
  '</',
  '<![CDATA[',
  '<!DOCTYPE a [',
  '&e;',
  '&#0;',
  '{',
  '}',
  '"',
  '\\',
  '[',
  ',',
  ':',
  '=',
  '\r\n\r\n',
  '\n',
  '%',
  '%00',
  '\xff',
  '\u202e',
  '\x1b[2J',
  '-1',
  '4294967296',
  '9'.repeat(400),
  'Digest ',
] as const;
const BYTES = [0, 1, 0x7f, 0x80, 0xc0, 0xfe, 0xff] as const;
const ODD: readonly unknown[] = [null, true, -1, 1e308, '', [], {}, [[[[]]]], { bytes: 7 }, [null], 'x'.repeat(70_000)];
const MAX_LENGTH = 200_000;

export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  let result: Buffer = Buffer.from(bytes);
  const changes = 1 + Math.floor(random() * 6);
  for (let change = 0; change < changes; change++) {
    const at = Math.floor(random() * (result.length + 1));
    const kind = random();
    if (kind < 0.35 && at < result.length) result[at] = pick(BYTES, random) ?? 0;
    else if (kind < 0.55 && at < result.length) result[at] = (result[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    else if (kind < 0.65) result = Buffer.concat([result.subarray(0, at), Buffer.from(pick(TOKENS, random) ?? ''), result.subarray(at)]);
    else if (kind < 0.75) result = result.subarray(0, at);
    else if (kind < 0.85) result = Buffer.concat([result.subarray(0, at), result.subarray(at + Math.floor(random() * 32))]);
    else if (kind < 0.98) result = Buffer.concat([result.subarray(0, at), result.subarray(at, at + 64), result.subarray(at)]);
    else result = repeated(result.subarray(at, at + 32));
  }
  return result.subarray(0, MAX_LENGTH);
}

/** A flood of one piece: what makes a parser quadratic shows here. */
function repeated(piece: Buffer): Buffer {
  return piece.length === 0 ? piece : Buffer.concat(Array.from({ length: Math.ceil(60_000 / piece.length) }, () => piece));
}

/** The response with one of its members mutated, replaced by something of another type, doubled or removed. */
export function mutateResponse(response: Readonly<Record<string, unknown>>, random: Random): Record<string, unknown> {
  const name = pick(Object.keys(response), random);
  if (name === undefined) return { bytes: '' };
  if (random() < 0.05) return { ...response, [name]: pick(ODD, random) };
  return { ...response, [name]: mutateValue(name, response[name], random, 0) };
}

function mutateValue(name: string, value: unknown, random: Random, depth: number): unknown {
  if (typeof value === 'string') {
    const base64 = name === 'bytes';
    const mutated = Buffer.from(mutateBytes(Buffer.from(value, base64 ? 'base64' : 'utf8'), random));
    return mutated.toString(base64 ? 'base64' : random() < 0.5 ? 'utf8' : 'latin1');
  }
  if (typeof value === 'number') return pick([0, -1, NaN, 99_999, value + 1], random);
  if (depth > 4 || typeof value !== 'object' || value === null) return pick(ODD, random);
  if (Array.isArray(value)) return mutateList(value, random, depth);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
      const kind = random();
      if (kind < 0.1) return [];
      return kind < 0.4 ? [[key, mutateValue(key, inner, random, depth + 1)]] : [[key, inner]];
    }),
  );
}

function mutateList(list: readonly unknown[], random: Random, depth: number): unknown[] {
  if (random() < 0.02) return Array.from({ length: 20_000 }, () => list[0]);
  return list.flatMap((item) => {
    const kind = random();
    if (kind < 0.1) return [];
    if (kind < 0.2) return [item, item];
    return kind < 0.5 ? [mutateValue('', item, random, depth + 1)] : [item];
  });
}
