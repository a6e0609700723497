import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../../dist/agent/cli.js', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'camsweep-usage-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function camsweep(...args: string[]) {
  return spawnSync(process.execPath, [CLI, ...args], {
    encoding: 'utf8',
    env: { ...process.env, CAMSWEEP_DATA_DIR: directory, NO_COLOR: '1' },
    cwd: directory,
  });
}

function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

describe('end to end: bad input', () => {
  it.each([
    [['scan', '10.0.0.0/33'], /target "10\.0\.0\.0\/33": expected a prefix length from 0 to 32/],
    [['scan', '@no-such-file'], /targets file no-such-file: .*no such file/],
    [['scan', '127.0.0.1', '--ports', '70000'], /--ports: port "70000": expected 1 to 65535/],
    [['scan', '127.0.0.1', '--ports', '9100'], /9100 is never asked/],
    [
      ['scan', '127.0.0.1', '--ports', Array.from({ length: 3000 }, (_, index) => index + 1).join()],
      /--ports: 3000 ports for http: at most 64/,
    ],
    [['scan', '127.0.0.1', '--json', '--csv'], /--json and --csv: expected one form of the result/],
    [['scan', '127.0.0.1', '--rate', 'fast'], /--rate: "fast": expected a number/],
    [['scan', '127.0.0.1', '--probe', 'magic'], /--probe "magic": expected one of/],
    [['scan', '127.0.0.1', '--credentials', 'no-such.yaml'], /credentials file no-such\.yaml/],
    [['scan', '127.0.0.1', '--policy', 'nowhere'], /--policy "nowhere": expected one of/],
    [['scan', '--interface', 'nosuch0'], /interface "nosuch0"/],
    // Never "no targets", which would mean the whole network.
    [['scan', '', '--dry-run'], /target "": expected a value/],
    [['scan', '127.0.0.1', '', '--dry-run'], /target "": expected a value/],
    [['scan', ' , ', '--dry-run'], /target " , ": expected/],
    [['scan', '127.0.0.1', '--exclude', '', '--dry-run'], /--exclude "": expected a value/],
    [['scan', 'not a host!'], /target "not a host!": expected an address/],
    [['scan', '10.0.0.0/8'], /16777214 addresses/],
    [['watch', '--for', '0'], /--for "0": expected seconds/],
    [['watch', '--for', 'ever'], /--for "ever": expected seconds/],
    [['watch', '--policy', 'nowhere'], /--policy "nowhere": expected one of/],
    [['watch', '--interface', 'nosuch0'], /interface "nosuch0"/],
    [['watch', '--fail-on', 'coverage<99', '--for', '1'], /--fail-on coverage: watch asks nobody.*\n {2}see camsweep watch --help /],
    [['watch', '--fail-on', 'new-restricted'], /--fail-on new-restricted: watch keeps no inventory/],
    [['export', 'jsonl', '--only', 'some'], /see camsweep export --help /],
    [['watch', '10.0.0.0/24'], /too many arguments/],
    [['explain', '127.0.0.1'], /no scan at/],
    [['judge', 'no-such.jsonl'], /no-such\.jsonl/],
    [['lab', '--network', '10.0.0'], /--network "10\.0\.0": expected a loopback/],
    [['signatures', 'show', 'nobody'], /signatures show "nobody"/],
    [['frobnicate'], /unknown command/],
    [['scan', '--nonsense'], /unknown option/],
  ])('%j: one clear line and exit code 2', (args, message) => {
    const { status, stdout, stderr } = camsweep(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/ at .*\.js:\d+/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it('names file and line of a wrong key in the configuration', () => {
    const path = write('wrong.yaml', 'rate: 50\ntimout: 3\n');
    const { status, stderr } = camsweep('scan', '127.0.0.1', '--config', path);
    expect(stderr).toContain(`${path}:2: unknown key "timout": expected one of`);
    expect(status).toBe(2);
  });

  it('names file and line of a target that is none', () => {
    const path = write('targets.txt', '# office\n127.0.0.1\n10.0.0.0/40\n');
    const { status, stderr } = camsweep('scan', `@${path}`);
    expect(stderr).toContain(`${path}:3`);
    expect(status).toBe(2);
  });

  it('takes a targets file without a target for a mistake', () => {
    const path = write('nobody.txt', '# all gone\n\n');
    const { status, stdout, stderr } = camsweep('scan', `@${path}`, '--dry-run');
    expect(stderr).toContain(`@${path}: no target in it`);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it('names file and line of a recording that is none', () => {
    const path = write(
      'broken.jsonl',
      '{"id":"a","from":{"address":"192.0.2.1"},"protocol":"http","response":{}}\n{"id":"b"\n{"id":"c","protocol":"http","response":{}}\n',
    );
    const { status, stderr, stdout } = camsweep('judge', path);
    expect(stderr).toContain(`${path}:2: not JSON`);
    expect(stdout).toContain('"id":"a"');
    expect(stdout).toContain('"id":"c"');
    expect(status).toBe(2);
  });

  it('shows no control character of a file to a terminal', () => {
    const path = write('hostile.jsonl', '\u001b[31mred\u0007\n{"id":"a","\u001b]0;x":1}\n');
    const { status, stderr } = camsweep('judge', path);
    expect(status).toBe(2);
    expect(stderr).toContain('red');
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    const targets = camsweep('scan', `@${write('hostile.txt', '\u001b[31mred\n')}`, '--dry-run');
    expect(targets.status).toBe(2);
    expect(targets.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it('sends nothing for --dry-run and --explain-traffic', () => {
    const dry = camsweep('scan', '127.77.200.0/24', '--dry-run');
    expect(dry.status).toBe(0);
    expect(dry.stdout).toMatch(/targets +127\.77\.200\.0\/24: 254 addresses/);
    expect(dry.stdout).toMatch(/packets +[\d,]+ if nobody answers/);
    const explained = camsweep('scan', '127.77.200.0/24', '--explain-traffic');
    expect(explained.stdout).toMatch(/UDP 3702/);
    expect(explained.stdout).toMatch(/Never sent: log-ins/);
  });

  it('prints its version and help', () => {
    expect(camsweep('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(camsweep('scan', '--help').stdout).toMatch(/--exclude/);
  });
});
