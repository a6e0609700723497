/**
 * Contents of recordings, each once: what is asked and answered stands apart from when and where, so the same page of a hundred
 * cameras, or of fifty scans, is stored once. What differs only in a date or a nonce is stored as its difference from the last
 * answer to the same question (deflate with that answer as dictionary).
 */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { PROTOCOLS, type Recording } from '../../../probes/recording.ts';
import { CamsweepError } from '../../errors.ts';
import { blob, integer, integerOrNull, type Database } from './database.ts';

/** Everything of a recording but id, time, address, MAC and device. */
export type Exchange = Pick<Recording, 'protocol' | 'request' | 'response'> & { readonly port?: number | undefined };

const record = z.record(z.string(), z.unknown());
const headSchema = z.object({
  protocol: z.enum(PROTOCOLS),
  port: z.number().optional(),
  request: record.optional(),
  response: record,
});

const HASH_BYTES = 16;
/** Window of deflate: a longer dictionary would not be seen. */
const MAX_DICTIONARY_BYTES = 32 * 1024;
const MAX_CONTENT_BYTES = 64 * 1024 * 1024;

/** Bytes of an exchange: JSON without `response.bytes`, a zero byte, those bytes raw. Base64 would hide likeness from deflate. */
export function encodeExchange({ protocol, port, request, response }: Exchange): Buffer {
  const { bytes, ...rest } = response;
  const raw = typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : undefined;
  // Only what comes back exactly as it was may be taken apart.
  const isExact = raw !== undefined && raw.toString('base64') === bytes;
  const head = JSON.stringify({ protocol, port, request, response: isExact ? rest : response });
  return isExact ? Buffer.concat([Buffer.from(head), ZERO, raw]) : Buffer.from(head);
}

const ZERO = Buffer.from([0]);

export function decodeExchange(content: Uint8Array): Exchange {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const zero = bytes.indexOf(0);
  const head = headSchema.parse(JSON.parse(bytes.toString('utf8', 0, zero < 0 ? bytes.length : zero)));
  return zero < 0 ? head : { ...head, response: { ...head.response, bytes: bytes.toString('base64', zero + 1) } };
}

/** Number for "the same question": the last answer to it is what a new one is compared with. */
export function likenessOf({ protocol, from, request }: Recording): number {
  return createHash('sha256')
    .update(`${protocol} ${from.port ?? ''} ${JSON.stringify(request ?? null)}`)
    .digest()
    .readUInt32BE(0);
}

export function hashOf(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest().subarray(0, HASH_BYTES);
}

/** Stores an exchange once; its number. `likely` is the number of one that is probably alike. To be called inside a transaction. */
export function putExchange(database: Database, exchange: Exchange, likely: number | undefined): number {
  const content = encodeExchange(exchange);
  const hash = hashOf(content);
  const known = database.get('UPDATE exchanges SET uses = uses + 1 WHERE hash = ? RETURNING id', hash);
  if (known) return integer(known, 'id');
  const base = likely === undefined ? undefined : baseOf(database, likely);
  const packed = base ? deflateRawSync(content, { dictionary: base.content }) : deflateRawSync(content);
  const { lastId } = database.run('INSERT INTO exchanges (hash, base, uses) VALUES (?, ?, 1)', hash, base?.id ?? null);
  database.run('INSERT INTO exchange_contents (id, content) VALUES (?, ?)', lastId, packed);
  if (base) database.run('UPDATE exchanges SET uses = uses + 1 WHERE id = ?', base.id);
  return lastId;
}

/** A base is never itself a difference: one step leads to the content. */
function baseOf(database: Database, likely: number): { id: number; content: Buffer } | undefined {
  const row = database.get('SELECT id, base FROM exchanges WHERE id = ?', likely);
  if (!row) return undefined;
  const id = integerOrNull(row, 'base') ?? integer(row, 'id');
  const content = contentOf(database, id);
  return content && { id, content: dictionaryOf(content) };
}

function dictionaryOf(content: Buffer): Buffer {
  return content.subarray(Math.max(0, content.length - MAX_DICTIONARY_BYTES));
}

function contentOf(database: Database, id: number): Buffer | undefined {
  const row = database.get('SELECT e.base, c.content FROM exchanges e JOIN exchange_contents c ON c.id = e.id WHERE e.id = ?', id);
  if (!row) return undefined;
  const base = integerOrNull(row, 'base');
  const dictionary = base === null ? undefined : contentOf(database, base);
  try {
    return inflateRawSync(blob(row, 'content'), {
      maxOutputLength: MAX_CONTENT_BYTES,
      ...(dictionary === undefined ? {} : { dictionary: dictionaryOf(dictionary) }),
    });
  } catch (error) {
    throw new CamsweepError('store-unusable', `${database.path}: recording ${id} is damaged: ${String(error)}`);
  }
}

export function getExchange(database: Database, id: number): Exchange | undefined {
  const content = contentOf(database, id);
  return content && decodeExchange(content);
}
