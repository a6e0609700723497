/**
 * The ledger of login tries: `login-ledger.jsonl` in the data directory, append-only, one line a try and one for its end. A try
 * is on the disk before the request it allows leaves, so a killed scan has spent it. The file holds a salted hash of each login,
 * never the login. It grows by about 300 bytes a device and day with a login; nothing is ever taken out.
 *
 * Two scans at once: each appends its claim in one write and reads the file back. Lines have one order for everybody, and a claim
 * counts only where the lines before it allow it (`login-tries.ts`), so exactly one of the two sees its own claim counted.
 * Whatever goes wrong with the file, no try is allowed: without memory there is no login.
 */
import { makeDirectory } from './store/make-directory.ts';
import { randomBytes, scryptSync } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Credential, LoginResult } from '../../probes/probe.ts';
import { messageOfError } from '../errors.ts';
import { mayTry, withResult, withTry, type Decision, type LoginDevice, type LoginTry } from './login-tries.ts';

export interface LoginLedger {
  /** Whether a try would be allowed now. `unreadable` when the file cannot tell. */
  decide(device: LoginDevice, credential: Credential): Decision | 'unreadable';
  /** Takes the try; its id once it is on the disk, undefined when there is none to take. */
  take(device: LoginDevice, credential: Credential): string | undefined;
  /** Books how the try ended. */
  end(id: string, result: LoginResult): void;
  /** What the user should know: logins that were refused, now or before, and a fault of the file. */
  notes(): string[];
}

export function loginLedgerPath(directory: string): string {
  return join(directory, 'login-ledger.jsonl');
}

const result = z.enum(['accepted', 'refused', 'unknown']);
const lineSchema = z.union([
  z.object({ ledger: z.literal('logins'), version: z.literal(1), salt: z.string().regex(/^[0-9a-f]{32,}$/) }),
  z.object({ try: z.string().min(1), at: z.iso.datetime(), address: z.string(), mac: z.string().optional(), login: z.string().min(1) }),
  z.object({ end: z.string().min(1), result }),
]);
type Line = z.infer<typeof lineSchema>;

/** What the complete lines of the file so far add up to. */
interface State {
  salt: string | undefined;
  history: readonly LoginTry[];
  /** Bytes read into it, and the file they came from: a ledger somebody deleted is a new one. */
  position: number;
  inode: number;
  /** The file ends in the middle of a line: somebody was killed while writing. */
  torn: boolean;
}

/** Opens the ledger without touching the disk; `now` gives the time as ISO 8601. */
export function openLoginLedger(path: string, now: () => string): LoginLedger {
  const state: State = { salt: undefined, history: [], position: 0, inode: 0, torn: false };
  const hashes = new Map<string, string>();
  const refused = new Set<string>();
  let problem: string | undefined;

  const guarded = <T>(action: () => T): T | undefined => {
    try {
      return action();
    } catch (error) {
      problem ??= `${path}: ${messageOfError(error)}`;
      return undefined;
    }
  };
  const hash = ({ user, password }: Credential): string => {
    if (state.salt === undefined) return '';
    const key = JSON.stringify([state.salt, user, password]);
    const known = hashes.get(key) ?? scryptSync(`${user}\0${password}`, state.salt, 24).toString('hex');
    hashes.set(key, known);
    return known;
  };
  const prepare = (): void => {
    readOn(path, state);
    if (state.salt !== undefined) return;
    append(path, state, { ledger: 'logins', version: 1, salt: randomBytes(16).toString('hex') });
    readOn(path, state);
  };

  return {
    decide: (device, credential) =>
      guarded(() => {
        readOn(path, state);
        const decision = mayTry(state.history, device, () => hash(credential), Date.parse(now()));
        if (decision === 'refused-before') refused.add(device.address);
        return decision;
      }) ?? 'unreadable',
    take: ({ address, mac }, credential) =>
      guarded(() => {
        prepare();
        const at = now();
        if (mayTry(state.history, { address, mac }, () => hash(credential), Date.parse(at)) !== 'allowed') return undefined;
        const id = randomBytes(9).toString('base64url');
        append(path, state, { try: id, at, address, ...(mac === undefined ? {} : { mac }), login: hash(credential) });
        readOn(path, state);
        return state.history.some((past) => past.id === id) ? id : undefined;
      }),
    end: (id, ending) => {
      const address = state.history.find((past) => past.id === id)?.address;
      if (ending === 'refused' && address !== undefined) refused.add(address);
      guarded(() => append(path, state, { end: id, result: ending }));
    },
    notes: () => [
      ...[...refused].map((address) => `${address}: the login was refused; it is not tried again until it is changed`),
      ...(problem === undefined ? [] : [`no login was used where the ledger of tries could not be kept: ${problem}`]),
    ],
  };
}

/** Reads what others and we appended since the last time. A missing file is an empty one. */
function readOn(path: string, state: State): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      Object.assign(state, { salt: undefined, history: [], position: 0, inode: 0, torn: false } satisfies State);
      return;
    }
    throw error;
  }
  try {
    const { size, ino } = fstatSync(descriptor);
    if (ino !== state.inode || size < state.position) Object.assign(state, { salt: undefined, history: [], position: 0, inode: ino });
    const bytes = Buffer.alloc(size - state.position);
    const length = readSync(descriptor, bytes, 0, bytes.length, state.position);
    const end = bytes.lastIndexOf(10, length - 1) + 1;
    for (const line of bytes.toString('utf8', 0, end).split('\n')) book(state, parseLine(line));
    state.position += end;
    state.torn = end < length;
  } finally {
    closeSync(descriptor);
  }
}

function book(state: State, line: Line | undefined): void {
  if (line === undefined) return;
  if ('salt' in line)
    state.salt ??= line.salt; // two processes may have begun the file together: the first line counts
  else if ('try' in line) {
    const { try: id, at, address, mac, login } = line;
    state.history = withTry(state.history, { id, atMs: Date.parse(at), address, mac, login });
  } else state.history = withResult(state.history, line.end, line.result);
}

/** A line a kill cut off, or somebody wrote by hand, says nothing. */
function parseLine(text: string): Line | undefined {
  if (text === '') return undefined;
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** One line, in one write, on the disk when this returns. */
function append(path: string, state: State, line: Line): void {
  const isNew = state.inode === 0;
  if (isNew) makeDirectory(dirname(path));
  const descriptor = openSync(path, 'a', 0o600);
  try {
    const bytes = Buffer.from(`${state.torn ? '\n' : ''}${JSON.stringify(line)}\n`);
    if (writeSync(descriptor, bytes) !== bytes.length) throw new Error('short write');
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  if (isNew) syncDirectory(dirname(path));
}

/** A new file is only safe once its name is. Windows cannot do this and does not need it. */
function syncDirectory(path: string): void {
  try {
    const descriptor = openSync(path, 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch {
    // The line itself is written; a power cut within the next seconds may cost the file.
  }
}
