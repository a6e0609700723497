import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { failConditions } from '../../agent/config/fail-on.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** `Key=value` lines, by key. */
function unit(name: string): Map<string, string> {
  const lines = readFileSync(at(`scripts/systemd/${name}`), 'utf8').split('\n');
  return new Map(
    lines.filter((line) => /^[A-Z]\w*=/.test(line)).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

describe('scripts/systemd', () => {
  it('calls the program with options it has', () => {
    const words = (unit('camsweep.service').get('ExecStart') ?? '').split(' ');
    expect(words.slice(0, 3)).toEqual(['/usr/bin/env', 'camsweep', 'scan']);
    const help = spawnSync(process.execPath, [at('dist/agent/cli.js'), 'scan', '--help'], { encoding: 'utf8' }).stdout;
    const flags = words.filter((word) => word.startsWith('--'));
    expect(flags.length).toBeGreaterThan(3);
    for (const flag of flags) expect(help).toContain(`${flag} `);
    expect(failConditions([words[words.indexOf('--fail-on') + 1] ?? ''], '--fail-on')).toHaveLength(2);
  });

  it('gives the scan no right it does not need, and a place of its own', () => {
    const service = unit('camsweep.service');
    expect(Object.fromEntries(service)).toMatchObject({
      DynamicUser: 'yes',
      NoNewPrivileges: 'yes',
      CapabilityBoundingSet: '',
      ProtectSystem: 'strict',
      StateDirectory: 'camsweep',
      Environment: 'CAMSWEEP_DATA_DIR=/var/lib/camsweep',
    });
    expect(unit('camsweep.timer').get('Persistent')).toBe('true');
  });
});
