/** A configuration explained: every mistake at once, no secret shown, nothing looked up. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkConfig } from '../../../agent/commands/config-check.ts';
import { z } from 'zod';
import { processIo } from '../../../agent/commands/io.ts';
import { writtenIo } from './written-io.ts';

let directory: string;
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'camsweep-config-'))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function check(text: string, environment: Record<string, string> = {}): Promise<{ code: number; out: string; said: string[] }> {
  let out = '';
  const said: string[] = [];
  const io = { ...processIo(), out: (piece: string) => void (out += piece), say: (line: string) => void said.push(line.trim()) };
  const code = await checkConfig({ path: 'c.yaml', text }, environment, { json: false }, io);
  return { code, out, said: said.slice(1) };
}

async function asJson(text: string): Promise<{ code: number; out: string; said: string[] }> {
  const io = writtenIo();
  const code = await checkConfig({ path: 'c.yaml', text }, {}, { json: true }, io);
  return { code, out: io.written(), said: io.said() === '' ? [] : [io.said()] };
}

const file = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

describe('agent/commands/config-check', () => {
  it('tells every mistake at once, in the order of the file', async () => {
    const { code, out, said } = await check(`rate: fast
colour: red
sites:
  hq:
    targets: [10.0.0.0/33, "no host!"]
    policy: nowhere
    export: gone
    target: x
  ok:
    targets: 127.95.0.0/30
    exclude: never/99
  "../x": {}
exports:
  a: { target: magic }
`);
    expect({ code, shown: out.includes('site ') }).toEqual({ code: 2, shown: false });
    expect(said.map((line) => /^(c\.yaml:\d+: \S+)/.exec(line)?.[1])).toEqual([
      'c.yaml:1: rate:',
      'c.yaml:2: unknown',
      'c.yaml:5: sites.hq.targets:',
      'c.yaml:5: sites.hq.targets:',
      'c.yaml:6: sites.hq.policy:',
      'c.yaml:7: sites.hq.export:',
      'c.yaml:8: unknown',
      'c.yaml:11: sites.ok.exclude:',
      'c.yaml:12: sites:',
      'c.yaml:14: exports.a.target:',
    ]);
  });

  it('shows the sites that are right beside one that is not', async () => {
    const { code, out } = await check('sites:\n  a: { targets: 127.95.0.0/24, profile: normal }\n  b: { rate: fast }\n');
    expect(code).toBe(2);
    expect(out).toMatch(/^site a\n {2}targets +127\.95\.0\.0\/24: 254 addresses\n/);
    expect(out).toMatch(/time +about gentle .*, normal .* \(chosen\), fast /);
    expect(out).not.toMatch(/site b/);
  });

  it('counts no name, and looks none up', async () => {
    const { code, out } = await check('sites:\n  a: { targets: nvr.invalid }\n  b: { targets: [nvr.invalid, 127.95.0.1] }\n');
    expect(code).toBe(0);
    expect(out.match(/names +nvr\.invalid: looked up when they are scanned/g)).toHaveLength(2);
    expect(out.match(/targets +\S+: 1 addresses/g)).toHaveLength(1);
  });

  it('says which variables are set, and no value: not of a variable, not of the file, not of a password in the wrong place', async () => {
    const path = file(
      'logins.yaml',
      `hosts:
  127.95.0.7: { user: a, passwordEnv: CAM_PASSWORD }
  127.95.0.8: { user: a, passwordEnv: wrongPlace#1 }
  127.95.0.9: { user: a, password: inTheFile#2 }
snmpUsers:
  - { name: x, authProtocol: sha, authKeyEnv: SNMP_AUTH }
`,
    );
    const { code, out, said } = await check(
      `snmp-communities: community#4
sites:
  a: { targets: 127.95.0.1, credentials: "${path}" }
exports:
  cmdb: { target: webhook, login: bearer, url: "https://assets.example", tokenEnv: TOKEN }
  other: { target: webhook, login: bearer, url: "https://assets.example", tokenEnv: "tokenInPlace#6" }
`,
      { CAM_PASSWORD: 'fromEnvironment#3', TOKEN: 'tokenValue#5' },
    );
    expect(code).toBe(2);
    expect(out).toMatch(/credentials +\S+: 3 hosts, 1 SNMP users; CAM_PASSWORD is set, \(a name [^)]*\) is not set, SNMP_AUTH is not set/);
    expect(out).toMatch(/cmdb +to webhook; TOKEN is set/);
    expect(said.map((line) => line.slice(0, 24))).toEqual([
      ...['c.yaml:3: sites.a.creden', 'c.yaml:3: sites.a.creden', 'c.yaml:6: exports.other.'],
    ]);
    expect(`${out}${said.join('\n')}`).not.toMatch(/#[1-6]/);
  });

  it('warns of what a scan without a terminal would refuse', async () => {
    const note = /more than 4096 addresses: without a terminal it is refused/;
    expect((await check('targets: 127.95.0.0/16\n')).out).toMatch(note);
    expect((await check('targets: 127.95.0.0/16\nyes: true\n')).out).not.toMatch(note);
  });

  it('tells of a probe and an interface where they stand', async () => {
    const { code, said } = await check(
      'probe: magic\nsites:\n  a: { targets: 127.95.0.1 }\n  b:\n    targets: 127.95.0.2\n    interface: nosuch0\n  c:\n    interface: nosuch1\n',
    );
    expect(code).toBe(2);
    expect(said.map((line) => line.replace(/expected one.*/, ''))).toEqual([
      'c.yaml:1: probe: "magic": ',
      'c.yaml:6: sites.b.interface: interface "nosuch0": ',
      'c.yaml:8: sites.c.interface: interface "nosuch1": ',
    ]);
  });

  it('tells of a wrong export once, however many sites use it, and of a wrong use at the site', async () => {
    const { said } = await check(`sites:
  a: { targets: 127.95.0.1, export: [cmdb, sheet] }
  b: { targets: 127.95.0.2, export: cmdb }
exports:
  cmdb: { target: magic }
  sheet: { target: csv }
`);
    expect(said.map((line) => line.slice(0, 34))).toEqual(['c.yaml:2: sites.a.export: export s', 'c.yaml:5: exports.cmdb.target: exp']);
    const unreadable = await check('targets: 127.95.0.1\nexport: list\nexports:\n  list: { target: csv }\n');
    expect(unreadable.said.map((line) => line.slice(0, 24))).toEqual(['c.yaml:4: exports: "list']);
  });

  it('as JSON: only what is wrong, each with file, line, column and key', async () => {
    const text = `rate: fast
colour: red
sites:
  "head office.1":
    targets: [10.0.0.0/33]
  ok: { targets: 127.95.0.0/30, policy: "a\u202eb" }
  "../x": {}
exports:
  a: { target: magic }
`;
    const { code, out } = await asJson(text);
    expect(code).toBe(2);
    const parsed = z
      .object({ schemaVersion: z.literal(1), errors: z.array(z.looseObject({ message: z.string() })) })
      .parse(JSON.parse(out));
    expect(parsed.errors.map(({ message, ...place }) => ({ ...place, message: message.slice(0, 15) }))).toEqual([
      { file: 'c.yaml', line: 1, column: 1, key: 'rate', message: '"fast": expecte' },
      { file: 'c.yaml', line: 2, column: 1, key: 'colour', message: 'unknown key "co' },
      { file: 'c.yaml', line: 5, column: 5, key: 'sites.head office.1.targets', message: 'target "10.0.0.' },
      { file: 'c.yaml', line: 6, column: 33, key: 'sites.ok.policy', message: '"a\u202eb": expected' },
      { file: 'c.yaml', line: 7, column: 3, key: 'sites.../x', message: 'sites: "../x": ' },
      { file: 'c.yaml', line: 9, column: 8, key: 'exports.a.target', message: 'expected one of' },
    ]);
    expect(out).not.toContain('\u202e');
    expect(await asJson('a: [1\nb: {\n')).toMatchObject({
      code: 2,
      out: expect.stringMatching(/"line": 2,\n\s+"column": \d+,\n\s+"key": null/) as string,
    });
    const right = await asJson('targets: 127.95.0.1\n');
    expect({ ...right, out: JSON.parse(right.out) as unknown }).toEqual({ code: 0, said: [], out: { schemaVersion: 1, errors: [] } });
  });

  it.each([
    ['a: [1\nb: {', 2],
    ['- x\n', 1],
    ['sites: 5\n', 1],
    ['rate: 1\nrate: 2\n', 1],
    ['exports: 5\n', 1],
  ])('survives %j', async (text, least) => {
    const { code, said } = await check(text);
    expect(code).toBe(2);
    expect(said.length).toBeGreaterThanOrEqual(least);
    for (const line of said) expect(line).toMatch(/^c\.yaml:\d+: /);
  });
});
