/**
 * HTTP digest authentication, client side (RFC 2617 for MD5, RFC 7616 for SHA-256 and SHA-512/256; qop `auth` or none).
 *
 * Pure but for the client nonce the caller passes in. It must never fall back to Basic: that would hand the password to
 * whoever answers. Challenges are hostile: a parameter with a control character makes the challenge unusable.
 */
import { createHash } from 'node:crypto';
import type { Challenge } from './http-message.ts';
import type { Credential } from './probe.ts';

/** Digest algorithms by their RFC 7616 names, strongest first. */
const HASHES = { 'SHA-512-256': 'sha512-256', 'SHA-256': 'sha256', MD5: 'md5' } as const;
type HashName = keyof typeof HASHES;
const PREFERENCE = ['SHA-512-256', 'SHA-256', 'MD5'] as const satisfies readonly HashName[];

/** A challenge this module can answer. Texts hold one byte a code unit, as header lines do. */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly hash: HashName;
  /** The `-sess` variant: the client nonce goes into A1. */
  readonly session: boolean;
  /** As spelled by the server; undefined when it named none. */
  readonly algorithm: string | undefined;
  /** Undefined for the RFC 2069 form without quality of protection. */
  readonly qop: 'auth' | undefined;
}

export interface DigestRequest {
  readonly method: string;
  /** Request target exactly as on the request line. */
  readonly uri: string;
  readonly credential: Credential;
  /** Client nonce: fresh randomness for every request. */
  readonly cnonce: string;
  /** Times this server nonce was used, this request included. Default 1. */
  readonly count?: number | undefined;
}

/** The strongest digest challenge that can be answered, or undefined. */
export function chooseDigest(challenges: readonly Challenge[]): DigestChallenge | undefined {
  const usable = challenges.map(readDigest).filter((challenge) => challenge !== undefined);
  return PREFERENCE.map((hash) => usable.find((challenge) => challenge.hash === hash)).find((challenge) => challenge !== undefined);
}

function readDigest({ scheme, params }: Challenge): DigestChallenge | undefined {
  const { realm, nonce, opaque, algorithm } = params;
  if (scheme !== 'digest' || realm === undefined || nonce === undefined || nonce === '') return undefined;
  if (/[\u0000-\u001f\u007f"\\]/.test(`${realm}${nonce}${opaque ?? ''}${algorithm ?? ''}`)) return undefined;

  const name = (algorithm ?? 'MD5').toUpperCase();
  const session = name.endsWith('-SESS');
  const hash = PREFERENCE.find((known) => known === (session ? name.slice(0, -5) : name));
  if (hash === undefined) return undefined;

  const offered = params.qop?.toLowerCase().split(/[\s,]+/) ?? [];
  if (params.qop !== undefined && params.qop !== '' && !offered.includes('auth')) return undefined;
  return { realm, nonce, opaque, hash, session, algorithm, qop: offered.includes('auth') ? 'auth' : undefined };
}

/** Value of the Authorization header, one byte a code unit; undefined for a user name no header can carry. */
export function digestAuthorization(challenge: DigestChallenge, request: DigestRequest): string | undefined {
  const user = utf8AsLatin1(request.credential.user);
  if (/[\u0000-\u001f\u007f]/.test(request.credential.user) || user.includes(':')) return undefined;

  const { realm, nonce, opaque, qop, algorithm } = challenge;
  const count = (request.count ?? 1).toString(16).padStart(8, '0');
  const pairs = [
    `username="${user.replace(/["\\]/g, '\\$&')}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${request.uri}"`,
    `response="${digestResponse(challenge, request, user, count)}"`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
    ...(qop === undefined ? [] : [`qop=${qop}`, `nc=${count}`]),
    ...(qop === undefined && !challenge.session ? [] : [`cnonce="${request.cnonce}"`]),
  ];
  return `Digest ${pairs.join(', ')}`;
}

function digestResponse(challenge: DigestChallenge, request: DigestRequest, user: string, count: string): string {
  const { realm, nonce, qop, session } = challenge;
  const h = (text: string): string => createHash(HASHES[challenge.hash]).update(text, 'latin1').digest('hex');
  const secret = h(`${user}:${realm}:${utf8AsLatin1(request.credential.password)}`);
  const a1 = session ? h(`${secret}:${nonce}:${request.cnonce}`) : secret;
  const a2 = h(`${request.method}:${request.uri}`);
  return qop === undefined ? h(`${a1}:${nonce}:${a2}`) : h(`${a1}:${nonce}:${count}:${request.cnonce}:${qop}:${a2}`);
}

function utf8AsLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
