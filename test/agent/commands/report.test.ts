import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { attest, verifyAttestation } from '../../../agent/commands/attest.ts';
import { report, type ReportFiles } from '../../../agent/commands/report.ts';
import type { ScanSettings } from '../../../agent/config/settings.ts';
import { resolveSettings } from '../../../agent/config/resolve.ts';
import { openStore } from '../../../agent/inventory/store/store.ts';
import { createJudge } from '../../../agent/commands/sightings.ts';
import { loadEngine } from '../../../agent/commands/engine.ts';
import { coverageOf, macOf, sighting, type Shown } from '../inventory/material.ts';
import { clockAt, dayOf, inFolder, newScan, takeScan } from '../inventory/store/temporary.ts';
import { writtenIo } from './written-io.ts';

const CAMERA: Shown = { maker: 'hikvision', model: 'DS-1', type: 'camera', surveillance: true, verdict: 'restricted' };
const NOWHERE = { scan: undefined, site: undefined };

/** Two scans of hq: two cameras, then one of them and another. */
function filled(folder: string): ScanSettings {
  const path = join(folder, 'camsweep.db');
  const store = openStore(path, { clock: clockAt(1), goneAfter: 1 });
  const camera = (number: number): ReturnType<typeof sighting> => sighting(`192.0.2.${number}`, { ...CAMERA, mac: macOf(number) });
  takeScan(store, 1, [camera(10), camera(11)]);
  takeScan(store, 3, [camera(10), camera(12)]);
  store.setPhaseOut([{ key: `mac:${macOf(10)}`, status: 'isolated', custodian: 'Facilities', note: 'VLAN 9' }], 'test');
  store.close();
  return { ...resolveSettings({}, {}, undefined), db: path };
}

const documentSchema = z.object({
  headline: z.object({ text: z.string(), flagged: z.number() }),
  devices: z.array(
    z.object({
      key: z.string().nullable(),
      address: z.string(),
      group: z.string(),
      evidence: z.array(z.object({ bytes: z.array(z.string()) })),
    }),
  ),
  burnDown: z.array(z.object({ scan: z.number(), flagged: z.number() })),
  changes: z.array(z.object({ kind: z.string(), device: z.string() })),
  coverage: z.object({ percent: z.number() }).nullable(),
});

function documentFrom(
  settings: ScanSettings,
  wanted: { scan: string | undefined; site: string | undefined } = NOWHERE,
): z.infer<typeof documentSchema> {
  const io = writtenIo();
  report(settings, { json: '-' }, wanted, io);
  return documentSchema.parse(JSON.parse(io.written()));
}

describe('agent/commands/report', () => {
  it('tells what the inventory knows: who is there, who is gone, what changed, what was covered', () =>
    inFolder((folder) => {
      const { headline, devices, burnDown, changes, coverage } = documentFrom(filled(folder));
      expect(headline.text).toBe('2 restricted devices in 1 of 1 subnet, 0 rebrands; coverage 100.0 %');
      expect(devices.map(({ key, group }) => [key, group])).toEqual([
        [`mac:${macOf(10)}`, 'flagged'],
        [`mac:${macOf(12)}`, 'flagged'],
        [`mac:${macOf(11)}`, 'gone'],
      ]);
      expect(burnDown).toMatchObject([
        { scan: 1, flagged: 2 },
        { scan: 2, flagged: 2 },
      ]);
      expect(changes.filter(({ kind }) => kind === 'new' || kind === 'gone').map(({ kind, device }) => [kind, device])).toEqual(
        expect.arrayContaining([
          ['new', `mac:${macOf(12)}`],
          ['gone', `mac:${macOf(11)}`],
        ]),
      );
      expect(coverage?.percent).toBe(100);
    }));

  it('shows an older scan as it was seen then, and another site only where it is named', () =>
    inFolder((folder) => {
      const settings = filled(folder);
      const store = openStore(join(folder, 'camsweep.db'), { clock: clockAt(5) });
      const engine = loadEngine();
      for (const day of [5, 6]) {
        const writer = store.beginScan({ ...newScan(day, 'lab'), targets: ['192.0.2.0/24'] });
        const headers = [['Server', 'App-webs/']] as const;
        const recording = {
          id: 'x',
          at: dayOf(day),
          from: { address: `192.0.2.${day}`, port: 80 },
          protocol: 'http',
          request: { path: '/doc/page/login.asp' },
          response: { status: 200, headers, body: '' },
        } as const;
        writer.record(recording);
        const sightings = [createJudge(engine, ['ca-federal-2025'])(`192.0.2.${day}`, [recording])];
        writer.end({ endedAt: dayOf(day), interrupted: false, coverage: coverageOf([`192.0.2.${day}`]), summary: {}, sightings });
      }
      store.close();
      expect(documentFrom(settings, { scan: undefined, site: 'hq' }).devices.map(({ address }) => address)).toContain('192.0.2.10');
      const older = documentFrom(settings, { scan: '3', site: undefined });
      expect(older.devices.map(({ address }) => address)).toEqual(['192.0.2.5']);
      expect(older.headline.flagged).toBe(1);
      expect(older.devices[0]?.evidence[0]?.bytes.join('\n')).toContain('App-webs/');
      expect(() => documentFrom(settings, { scan: undefined, site: 'nowhere' })).toThrow(/no such scan/);
    }));

  it('writes several formats at once, whole, and one of them to stdout', () =>
    inFolder((folder) => {
      const settings = filled(folder);
      const io = writtenIo();
      const target = join(folder, 'out');
      mkdirSync(target);
      const files: ReportFiles = { html: join(target, 'r.html'), csv: join(target, 'r.csv'), markdown: '-', far: join(target, 'far.csv') };
      expect(report(settings, files, NOWHERE, io)).toBe(0);
      expect(readdirSync(target).sort()).toEqual(['far.csv', 'r.csv', 'r.html']);
      expect(io.written()).toMatch(/^# 2 restricted devices/);
      expect(readFileSync(join(target, 'r.html'), 'utf8')).toContain('VLAN 9');
      expect(() => report(settings, { csv: '-', json: '-' }, NOWHERE, io)).toThrow(/stdout/);
      expect(() => report(settings, {}, NOWHERE, io)).toThrow(/nothing to write/);
      expect(() => report(settings, { csv: join(folder, 'no', 'such', 'r.csv') }, NOWHERE, io)).toThrow(/--csv/);
    }));
});

describe('agent/commands/attest', () => {
  const keys = (folder: string, name: string): { readonly secret: string; readonly open: string } => {
    const pair = generateKeyPairSync('ed25519');
    const [secret, open] = [join(folder, `${name}.pem`), join(folder, `${name}.pub`)];
    writeFileSync(secret, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(open, pair.publicKey.export({ type: 'spki', format: 'pem' }));
    return { secret, open };
  };
  const check = (directory: string, key?: string): readonly [number, string] => {
    const io = writtenIo();
    return [verifyAttestation(directory, key, io), io.written()];
  };
  const made = (folder: string, keyFile?: string): string => {
    const directory = join(folder, 'bundle');
    attest(filled(folder), { directory, keyFile, ...NOWHERE }, writtenIo());
    return directory;
  };

  it('is whole as it was written, and says whether somebody signed it', () =>
    inFolder((folder) => {
      const { secret, open } = keys(folder, 'own');
      const directory = made(folder, secret);
      expect(readdirSync(directory).sort()).toEqual([
        'coverage.json',
        'data-versions.json',
        'manifest.sha256',
        'manifest.sig',
        'public-key.pem',
        'report.html',
        'report.json',
        'statement.txt',
      ]);
      expect(check(directory)).toEqual([0, expect.stringContaining('signed by SHA256:')]);
      expect(check(directory, open)).toEqual([0, expect.stringContaining('the key that was given')]);
      rmSync(join(directory, 'manifest.sig'));
      expect(check(directory)).toEqual([1, 'missing: manifest.sig\n']);
      rmSync(join(directory, 'public-key.pem'));
      expect(check(directory)).toEqual([0, expect.stringContaining('not signed')]);
      expect(check(directory, open)).toEqual([1, 'missing: manifest.sig\n']);
    }));

  it.each([
    [
      'a changed file',
      (directory: string) => writeFileSync(join(directory, 'statement.txt'), 'x', { flag: 'a' }),
      'changed: statement.txt\n',
    ],
    ['a missing file', (directory: string) => rmSync(join(directory, 'coverage.json')), 'missing: coverage.json\n'],
    ['an extra file', (directory: string) => writeFileSync(join(directory, 'more.txt'), ''), 'extra: more.txt\n'],
    ['an extra folder', (directory: string) => mkdirSync(join(directory, 'more')), 'extra: more\n'],
    [
      'a link in place of a file',
      (directory: string) => {
        rmSync(join(directory, 'report.json'));
        symlinkSync('/dev/zero', join(directory, 'report.json'));
      },
      'not a plain file: report.json\n',
    ],
    [
      'a manifest that was written again',
      (directory: string) =>
        writeFileSync(
          join(directory, 'manifest.sha256'),
          readFileSync(join(directory, 'manifest.sha256'), 'utf8').split('\n').slice(1).join('\n'),
        ),
      'extra: coverage.json\nmanifest.sig: this key did not sign this manifest\n',
    ],
    [
      'a signature that is rubbish',
      (directory: string) => writeFileSync(join(directory, 'manifest.sig'), 'rubbish'),
      'manifest.sig: this key did not sign this manifest\n',
    ],
    [
      'a key that is rubbish',
      (directory: string) => writeFileSync(join(directory, 'public-key.pem'), 'rubbish'),
      'changed: public-key.pem: expected an Ed25519 public key in PEM\n',
    ],
  ] as const)('names %s', (_, harm, expected) =>
    inFolder((folder) => {
      const directory = made(folder, keys(folder, 'own').secret);
      harm(directory);
      expect(check(directory)).toEqual([1, expected]);
    }),
  );

  it('is not taken in by a bundle that somebody else signed again', () =>
    inFolder((folder) => {
      const [own, other] = [keys(folder, 'own'), keys(folder, 'other')];
      const directory = made(folder, other.secret);
      expect(check(directory)[0]).toBe(0);
      expect(check(directory, own.open)).toEqual([1, expect.stringContaining('public-key.pem is not the key that was given')]);
    }));

  it('refuses a folder that has something in it, keys that are none, and a folder without a manifest', () =>
    inFolder((folder) => {
      const settings = filled(folder);
      const { secret, open } = keys(folder, 'own');
      const rsa = join(folder, 'rsa.pem');
      writeFileSync(rsa, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
      const attempt = (directory: string, keyFile?: string) => () => attest(settings, { directory, keyFile, ...NOWHERE }, writtenIo());
      expect(attempt(folder)).toThrow(/empty folder/);
      for (const wrong of [open, rsa, join(folder, 'none')]) expect(attempt(join(folder, 'new'), wrong)).toThrow(/--sign/);
      expect(existsSync(join(folder, 'new'))).toBe(false);
      expect(() => verifyAttestation(folder, undefined, writtenIo())).toThrow(/no manifest/);
      expect(() => verifyAttestation(folder, secret, writtenIo())).toThrow(/--key/);
    }));
});
