import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loginLedgerPath, openLoginLedger, type LoginLedger } from '../../../agent/inventory/login-ledger.ts';

const LOGIN = { user: 'inventory', password: 'Correct-Horse-9' };
const CAMERA = { address: '192.0.2.7', mac: '02:00:5e:10:20:30' };
const HOUR = 3_600_000;

let directory: string;
let path: string;
let nowMs: number;
const open = (): LoginLedger => openLoginLedger(path, () => new Date(nowMs).toISOString());

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'camsweep-ledger-'));
  path = loginLedgerPath(join(directory, 'data'));
  nowMs = Date.parse('2026-03-01T12:00:00.000Z');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Takes a try that has to be there. */
function take(ledger: LoginLedger): string {
  const id = ledger.take(CAMERA, LOGIN);
  if (id === undefined) throw new Error(`no try: ${ledger.decide(CAMERA, LOGIN)} ${ledger.notes().join()}`);
  return id;
}

describe('agent/inventory/login-ledger', () => {
  it('touches no disk until a try is taken', () => {
    expect(open().decide(CAMERA, LOGIN)).toBe('allowed');
    expect(existsSync(path)).toBe(false);
  });

  it('gives one try a device and day, also after a restart', () => {
    take(open());
    expect(open().take(CAMERA, LOGIN)).toBeUndefined();
    expect(open().decide(CAMERA, LOGIN)).toBe('tried-today');
    expect(open().decide({ address: '192.0.2.8' }, LOGIN)).toBe('allowed');
    nowMs += 24 * HOUR - 1;
    expect(open().take(CAMERA, LOGIN)).toBeUndefined();
    nowMs += 1;
    take(open());
  });

  it('never again gives a login that was refused, until it changes', () => {
    const first = open();
    first.end(take(first), 'refused');
    nowMs += 1000 * 24 * HOUR;
    const later = open();
    expect(later.decide(CAMERA, LOGIN)).toBe('refused-before');
    expect(later.take(CAMERA, LOGIN)).toBeUndefined();
    expect(later.notes()).toEqual(['192.0.2.7: the login was refused; it is not tried again until it is changed']);
    expect(later.decide(CAMERA, { ...LOGIN, password: 'changed-Horse-9' })).toBe('allowed');
    expect(later.decide(CAMERA, { ...LOGIN, user: 'other' })).toBe('allowed');
  });

  it('says so at once when a login is refused', () => {
    const ledger = open();
    ledger.end(take(ledger), 'refused');
    expect(ledger.notes()).toHaveLength(1);
    const good = openLoginLedger(join(directory, 'other.jsonl'), () => new Date(nowMs).toISOString());
    good.end(take(good), 'accepted');
    expect(good.notes()).toEqual([]);
  });

  it('knows the device by its MAC at another address, and by its address where no MAC is known', () => {
    take(open());
    expect(open().decide({ ...CAMERA, address: '192.0.2.99' }, LOGIN)).toBe('tried-today');
    expect(open().decide({ address: CAMERA.address }, LOGIN)).toBe('tried-today');
    expect(open().decide({ address: CAMERA.address, mac: '02:00:5e:10:20:31' }, LOGIN)).toBe('allowed');
  });

  it('holds no secret, in any spelling, and is for its owner only', () => {
    const ledger = open();
    ledger.end(take(ledger), 'refused');
    const text = readFileSync(path, 'utf8');
    for (const secret of [
      'Correct-Horse-9',
      'inventory',
      ...(['base64', 'hex'] as const).map((encoding) => Buffer.from(LOGIN.password).toString(encoding)),
    ]) {
      expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(
      text
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toHaveLength(3);
  });

  it('salts: the same login in another ledger looks different', () => {
    take(open());
    const other = openLoginLedger(join(directory, 'other.jsonl'), () => new Date(nowMs).toISOString());
    take(other);
    const hashOf = (file: string): string | undefined => /"login":"(\w+)"/.exec(readFileSync(file, 'utf8'))?.[1];
    expect(hashOf(path)).toMatch(/^[0-9a-f]{48}$/);
    expect(hashOf(join(directory, 'other.jsonl'))).not.toBe(hashOf(path));
  });

  it('counts a try that a kill left without an end', () => {
    take(open());
    nowMs += HOUR;
    expect(open().decide(CAMERA, LOGIN)).toBe('tried-today');
  });

  it('survives a line cut off at every length', () => {
    const ledger = open();
    ledger.end(take(ledger), 'accepted');
    const whole = readFileSync(path);
    const tryEnds = whole.indexOf(10, whole.indexOf(10) + 1) + 1;
    // Every length would take a hash each, which is slow on purpose: all around the ends of lines, and some between.
    const ends = [...whole.entries()].flatMap(([at, byte]) => (byte === 10 ? [at - 1, at, at + 1, at + 2] : []));
    const lengths = [...new Set([...ends, ...Array.from({ length: 12 }, (_, step) => step * 29)])].filter((at) => at <= whole.length);
    for (const length of lengths) {
      writeFileSync(path, whole.subarray(0, length));
      // Only a try that was wholly written, line feed and all, can have led to a request.
      expect(open().decide(CAMERA, LOGIN), String(length)).toBe(length >= tryEnds ? 'tried-today' : 'allowed');
      expect(open().take({ address: '192.0.2.50' }, LOGIN), String(length)).toBeDefined();
      expect(open().decide({ address: '192.0.2.50' }, LOGIN), String(length)).toBe('tried-today');
      // A line that lacked nothing but its line feed has it now, and counts: the safe mistake.
      expect(open().decide(CAMERA, LOGIN), String(length)).toBe(length >= tryEnds - 1 ? 'tried-today' : 'allowed');
    }
  });

  it('passes over rubbish somebody put in', () => {
    take(open());
    appendFileSync(path, 'hello\n{"try":1}\n{"end":"nobody","result":"accepted"}\n[]\n\n');
    expect(open().decide(CAMERA, LOGIN)).toBe('tried-today');
    expect(open().notes()).toEqual([]);
  });

  it('sees what another process appended meanwhile', () => {
    const [one, two] = [open(), open()];
    expect(one.decide(CAMERA, LOGIN)).toBe('allowed');
    expect(two.decide(CAMERA, LOGIN)).toBe('allowed');
    take(one);
    expect(two.take(CAMERA, LOGIN)).toBeUndefined();
  });

  it('begins anew where somebody deleted the file', () => {
    const ledger = open();
    take(ledger);
    rmSync(path);
    expect(ledger.decide(CAMERA, LOGIN)).toBe('allowed');
    take(ledger);
    expect(open().decide(CAMERA, LOGIN)).toBe('tried-today');
  });

  it('allows nothing where the file cannot be kept', () => {
    mkdirSync(path, { recursive: true });
    const blocked = open();
    expect(blocked.decide(CAMERA, LOGIN)).toBe('unreadable');
    expect(blocked.take(CAMERA, LOGIN)).toBeUndefined();
    expect(blocked.notes()[0]).toMatch(/^no login was used where the ledger of tries could not be kept: /);
    expect(blocked.notes().join()).not.toContain(LOGIN.password);
  });

  it('gives one try to one of many processes that ask at the same moment', async () => {
    const task = fileURLToPath(new URL('take-login.ts', import.meta.url));
    const hooks = fileURLToPath(new URL('../../lab-network/typescript.mjs', import.meta.url));
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--import', hooks, task, path], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const outputs = children.map(() => '');
    await Promise.all(
      children.map(async (child, index) => {
        child.stdout.on('data', (chunk: Buffer) => (outputs[index] = `${outputs[index] ?? ''}${chunk.toString()}`));
        await once(child.stdout, 'data'); // `ready`: code loaded
      }),
    );
    for (const child of children) child.stdin.end('go\n');
    await Promise.all(children.map((child) => once(child, 'close')));
    const taken = outputs.flatMap((output) => output.split('\n').filter((line) => line.startsWith('taken ')));
    // Twenty devices, each asked for by four processes.
    expect(taken.sort()).toEqual(Array.from({ length: 20 }, (_, index) => `taken 192.0.2.${index + 1}`).sort());
  });
});
