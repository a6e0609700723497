/**
 * Scans of one site never overlap: a file beside the inventory says which process scans it. Complete from its first moment (a link, not
 * an open and a write), left behind by `kill -9`, and taken over from a process that is gone. A process that lives is never robbed.
 */
import { createHash, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makeDirectory } from './make-directory.ts';
import { HEARTBEAT_MS, isGone, ownerText, thisOwner } from './owner.ts';

export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
}

export type Claim = { readonly release: () => void } | { readonly heldBy: Holder };

const lockSchema = z.object({ token: z.string(), since: z.string(), owner: z.string() });
const ownerSchema = z.object({ pid: z.number(), host: z.string() });

/** A guard of a guard of a guard: three processes killed within the same microseconds, one after the other. More is no accident. */
const MOST_GUARDS = 4;
/** Somebody else was a moment faster: look again, so many times. */
const MOST_LOOKS = 20;

/** Names may differ in letters a file system does not tell apart. */
export function siteLockPath(folder: string, site: string): string {
  const plain = site.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 32);
  return join(folder, `scan-${plain}-${tag(site)}.lock`);
}

/** Held by whoever replaces the lock of a dead holder. */
export function guardPath(path: string, token: string): string {
  return `${path}.after-${tag(token)}`;
}

/** Tries once, without waiting. Throws what the file system throws. */
export function claimSite(path: string, since: string): Claim {
  makeDirectory(join(path, '..'));
  const claim = take(path, since, MOST_GUARDS);
  if ('heldBy' in claim) return claim;
  // Where a process cannot be looked at, only this tells that it lives.
  const timer = setInterval(() => attempt(() => utimesSync(path, new Date(), new Date())), HEARTBEAT_MS).unref();
  return {
    release: () => {
      clearInterval(timer);
      claim.release();
    },
  };
}

function take(path: string, since: string, guards: number): Claim {
  const token = randomUUID();
  const mine = `${path}.${token}`;
  writeFileSync(mine, JSON.stringify({ token, since, owner: ownerText(thisOwner()) }), { mode: 0o600, flag: 'wx' });
  const release = (): void => {
    // Not if somebody took it over: it would be theirs that goes.
    if (read(path)?.token === token) attempt(() => rmSync(path, { force: true }));
  };
  try {
    let heldBy: Holder = { pid: 0, host: '', since };
    for (let look = 0; look < MOST_LOOKS; look++) {
      if (isLinked(mine, path)) return { release };
      const found = read(path);
      if (found === undefined) continue;
      heldBy = found.holder;
      if (!found.isGone || guards === 0) return { heldBy };
      // One successor for each dead holder: who has the guard of this very token, and sees that it is still the one, replaces it.
      const guard = take(guardPath(path, found.token), since, guards - 1);
      if ('heldBy' in guard) continue;
      try {
        if (read(path)?.token !== found.token) continue;
        renameSync(mine, path);
        return { release };
      } finally {
        guard.release();
      }
    }
    return { heldBy };
  } finally {
    attempt(() => rmSync(mine, { force: true }));
  }
}

function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

interface Found {
  readonly token: string;
  readonly holder: Holder;
  readonly isGone: boolean;
}

/** Undefined when there is none. What is no lock of ours (a disk that was full, a hand that wrote it) has no process either. */
function read(path: string): Found | undefined {
  let text: string;
  let silentMs: number;
  try {
    text = readFileSync(path, 'utf8');
    silentMs = Date.now() - statSync(path).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const lock = lockSchema.safeParse(parsed(text));
  const owner = ownerSchema.safeParse(lock.success ? parsed(lock.data.owner) : undefined);
  if (!lock.success || !owner.success) {
    return { token: text, holder: { pid: 0, host: 'nobody', since: 'an unknown time' }, isGone: true };
  }
  const { token, since } = lock.data;
  return { token, holder: { ...owner.data, since }, isGone: isGone(lock.data.owner, silentMs) };
}

/** Short, and a file name whatever the token is: two that share one guard only wait for each other. */
function tag(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 12);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // The scan matters more than its lock; a file that stays is taken over.
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
