/** A configuration explained: every mistake at once, no secret shown, nothing looked up. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkConfig } from '../../../agent/commands/config-check.ts';
import { processIo } from '../../../agent/commands/io.ts';

let directory: string;
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'camsweep-config-'))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function check(text: string, environment: Record<string, string> = {}): Promise<{ code: number; out: string; said: string[] }> {
  let out = '';
  const said: string[] = [];
  const io = { ...processIo(), out: (piece: string) => void (out += piece), say: (line: string) => void said.push(line.trim()) };
  const code = await checkConfig({ path: 'c.yaml', text }, environment, io);
  return { code, out, said: said.slice(1) };
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
