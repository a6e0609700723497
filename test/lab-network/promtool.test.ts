/** The Prometheus output under Prometheus' own checker. Needs no network, only the Debian package prometheus, which the lab installs. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { prometheusTarget } from '../../agent/export/prometheus/target.ts';
import type { ExportDevice } from '../../agent/export/types.ts';
import { EMPTY, RANDOM_DEVICES } from '../agent/export/random-devices.ts';
import { ATTACKS, CONTEXT, DEVICE, hostile } from '../agent/export/samples.ts';

const lint = (input: string): { status: number | null; said: string } => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
};
const version = spawnSync('promtool', ['--version'], { encoding: 'utf8' });
const reason = version.error === undefined ? undefined : 'promtool is missing: it is in the Debian package prometheus';
if (reason !== undefined) process.stderr.write(`test/lab-network/promtool: skipped, ${reason}\n`);

const SETS: readonly (readonly [string, readonly ExportDevice[]])[] = [
  ['one device', [DEVICE]],
  ['no device', []],
  ['a device nothing is known of', [EMPTY]],
  ['hostile devices', ATTACKS.map(hostile)],
  ['random devices', RANDOM_DEVICES],
];

describe.skipIf(reason !== undefined)('promtool check metrics', () => {
  it.each(SETS)('has nothing to say about %s', (_name, devices) => {
    const text = prometheusTarget.render(devices, [], CONTEXT, {});
    expect(text).toContain('# TYPE camsweep_');
    expect(lint(text)).toEqual({ status: 0, said: '' });
  });

  it('would notice what is wrong', () => {
    const text = prometheusTarget.render([DEVICE], [], CONTEXT, {});
    expect(lint(`${text}${text}`).status).not.toBe(0);
    expect(lint(text.replace('{site="hq"', '{site="h"q"')).status).not.toBe(0);
    expect(lint(text.replaceAll(/^# HELP .*\n/gm, '')).status).not.toBe(0);
  });
});
