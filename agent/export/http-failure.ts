/** Which answers and socket errors mean try again, which concern one device, and which stop the target. Pure. */
import { printable } from '../../probes/text.ts';
import { TargetError, type FailureScope } from './errors.ts';
import { serverWords } from './server-words.ts';
import type { HttpResponse } from './types.ts';

/** Refusals that mean something to a client: it gets them as an answer. */
const FOR_THE_CLIENT: readonly number[] = [400, 404, 409, 412, 422];
const LATER: readonly number[] = [408, 423, 425, 429];
const TOO_LARGE = 413;
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/** The failure an answer is, or undefined where the client may read it. `nowMs`: wall clock, for a Retry-After that is a date. */
export function failureOf(response: HttpResponse, asked: string, nowMs: number): TargetError | undefined {
  const { status, headers } = response;
  if ((status >= 200 && status < 300) || FOR_THE_CLIENT.includes(status)) return undefined;
  const words = serverWords(response);
  const said = words === '' ? 'without a word' : words;
  if (status >= 300 && status < 400) {
    const where = headers.location === undefined ? 'nowhere' : printable(headers.location);
    return new TargetError('target', `${asked}: ${status}, redirected to ${where}; redirects are not followed: correct the address`);
  }
  if (status === 401 || status === 403) return new TargetError('target', `${asked}: ${status}, login refused: ${said}`);
  const scope = scopeOf(status);
  return new TargetError(
    scope,
    `${asked}: ${status}: ${said}`,
    scope === 'retry' ? retryAfterMs(headers['retry-after'], nowMs) : undefined,
  );
}

function scopeOf(status: number): FailureScope {
  if (LATER.includes(status) || status >= 500) return 'retry';
  return status === TOO_LARGE ? 'device' : 'target';
}

/** Seconds or a date, at most a day; undefined where it is neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), MAX_RETRY_AFTER_MS) : undefined;
}

/** Errors of a wrong address or an untrusted certificate do not go away by themselves; all others may. */
const LASTING = /^(ENOTFOUND|CERT_|ERR_TLS_|ERR_SSL_|EPROTO$|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|ERR_INVALID_)/;
const UNTRUSTED = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_)/;

export function socketFailure(error: unknown, asked: string): TargetError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = printable(error instanceof Error && error.message !== '' ? error.message : code || String(error));
  const hint = UNTRUSTED.test(code) ? '; a private authority is named with caFile' : '';
  return new TargetError(LASTING.test(code) ? 'target' : 'retry', `${asked}: ${message}${hint}`);
}
