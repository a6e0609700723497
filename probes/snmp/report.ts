/**
 * Answers to recordings. The datagram is kept as it came, with two exceptions: a configured community is overwritten (it
 * is a secret), and of an answer to a v3 user only the decrypted objects are kept, because its digest would let anybody
 * try passwords offline.
 */
import { Buffer } from 'node:buffer';
import type { Observation } from '../observation.ts';
import type { ProbeContext } from '../probe.ts';
import { bytesResponse } from '../recording.ts';
import type { Question, Reply } from './ask.ts';
import { parseSnmp, withoutCommunity } from './codec.ts';
import type { Peer } from './facade.ts';

const MAX_STRAY_BYTES = 2048;
/** Everybody knows it, so its bytes stay exact. */
const PUBLIC = 'public';

/** Reports one answered question and returns what was decoded. */
export function reportReply(reply: Reply, peer: Peer, context: ProbeContext): readonly Observation[] {
  const { question } = reply;
  const response = question.kind === 'get-v3' ? v3Response(reply) : bytesResponse(safeBytes(reply, question));
  return context.report({ protocol: 'snmp', from: peer, request: requestOf(question), response });
}

function requestOf(question: Question): Record<string, unknown> {
  if (question.kind === 'discover') return { version: '3', discovery: true };
  if (question.kind === 'get') return { version: question.version, oids: question.oids };
  return { version: '3', user: question.user.name, oids: question.oids };
}

function safeBytes({ datagrams }: Reply, question: Question): Uint8Array {
  const datagram = datagrams.at(-1) ?? new Uint8Array();
  return question.kind === 'get' && question.community !== PUBLIC ? withoutCommunity(datagram) : datagram;
}

function v3Response({ datagrams, varbinds }: Reply): Record<string, unknown> {
  const engineID = datagrams.map((datagram) => parseSnmp(datagram)?.engineID).find((octets) => octets !== undefined);
  const objects = Object.fromEntries(varbinds.flatMap(({ oid, value }) => plainValue(value).map((plain) => [oid, plain])));
  return { varbinds: objects, ...(engineID ? { engineID: Buffer.from(engineID).toString('hex') } : {}) };
}

/** A value for JSON: ASCII text as text, other octets as base64; nothing for the library's "no such object". */
function plainValue(value: unknown): unknown[] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [value];
  if (!(value instanceof Uint8Array)) return [];
  const ascii = value.every((octet) => octet >= 0x20 && octet < 0x7f);
  return [ascii ? Buffer.from(value).toString('latin1') : { base64: Buffer.from(value).toString('base64') }];
}

/** Reports what came and answered nothing: evidence that something is there. */
export function reportStrays(strays: readonly Uint8Array[], peer: Peer, context: ProbeContext): void {
  for (const stray of strays) {
    const bytes = hideCommunities(stray.subarray(0, MAX_STRAY_BYTES), context.settings.snmpCommunities);
    // Nothing was asked that this answers: no object in it is believed.
    context.report({ protocol: 'snmp', from: peer, request: { unrelated: true }, response: bytesResponse(bytes) });
  }
}

/** A stray may be our own question sent back, whole or torn: the communities are looked for as bytes. */
function hideCommunities(bytes: Uint8Array, communities: readonly string[]): Uint8Array {
  const copy = Buffer.from(bytes);
  for (const community of communities) {
    if (community === PUBLIC || community === '') continue;
    for (let at = copy.indexOf(community); at >= 0; at = copy.indexOf(community, at + 1))
      copy.fill(0x2a, at, at + Buffer.byteLength(community));
  }
  return copy;
}
