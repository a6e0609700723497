import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openStore } from '../../agent/inventory/store/store.ts';
import { macOf, sighting } from '../agent/inventory/material.ts';
import { clockAt, takeScan } from '../agent/inventory/store/temporary.ts';
import { startNetBox, TOKEN, TOKEN_2, type NetBox } from '../stand-ins/netbox/stand-in.ts';

const CLI = fileURLToPath(new URL('../../dist/agent/cli.js', import.meta.url));
const DEVICES = 30;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const planSchema = z.object({ devices: z.array(z.looseObject({ action: z.string(), key: z.string() })) });

describe('end to end: camsweep export to NetBox', () => {
  let directory = '';
  let netBox: NetBox;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'camsweep-netbox-'));
    netBox = await startNetBox({ isSetUp: false });
    scan(1, 'V1');
    writeFileSync(
      join(directory, 'camsweep.yaml'),
      `exports:\n  dcim:\n    target: netbox\n    url: ${netBox.url}/\n    tokenEnv: NETBOX_TOKEN\n    perSecond: 1000\n`,
    );
  });

  afterEach(async () => {
    await netBox.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function scan(day: number, firmware: string): void {
    const store = openStore(join(directory, 'camsweep.db'), { clock: clockAt(day) });
    const camera = {
      maker: 'hikvision',
      model: 'DS-2CD2143G2-I',
      type: 'camera',
      surveillance: true,
      verdict: 'restricted',
      firmware,
    } as const;
    const seen = Array.from({ length: DEVICES }, (_, index) => sighting(`192.0.2.${index + 1}`, { ...camera, mac: macOf(index + 1) }));
    takeScan(store, day, seen);
    store.close();
  }

  const run = (args: readonly string[], token = TOKEN): Promise<Ended> =>
    new Promise((resolve) => {
      const env = { ...process.env, CAMSWEEP_DATA_DIR: directory, NETBOX_TOKEN: token, NO_COLOR: '1' };
      const child = spawn(process.execPath, [CLI, 'export', ...args], { env, cwd: directory });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  const writes = (): number => netBox.log.filter(({ method }) => method !== 'GET').length;

  it('says what is missing, makes it when told, shows, writes once, and nothing the second time', async () => {
    const bare = await run(['dcim']);
    expect(bare.code).toBe(2);
    expect(bare.stderr).toContain('camsweep export dcim --netbox-setup makes what is missing');
    expect(writes()).toBe(0);

    const made = await run(['dcim', '--netbox-setup', '--only', 'restricted', '--site', 'hq']);
    expect(made).toMatchObject({ code: 0 });
    expect(made.stderr).toContain('custom field camsweep_key');
    expect(made.stderr).toContain('site hq');
    expect(made.stderr).toContain(`${DEVICES} created`);
    expect(netBox.devices.rows.size).toBe(DEVICES);
    expect(netBox.macs.rows.size).toBe(DEVICES);
    expect(netBox.addresses.rows.size).toBe(DEVICES);

    netBox.forget();
    const again = await run(['dcim']);
    expect(again.stderr).toContain(`dcim: ${DEVICES} unchanged`);
    expect(writes()).toBe(0);

    scan(2, 'V2');
    netBox.forget();
    const dry = await run(['dcim', '--dry-run', '--json']);
    expect(dry.code).toBe(0);
    expect(planSchema.parse(JSON.parse(dry.stdout)).devices.map(({ action }) => action)).toEqual(Array(DEVICES).fill('update'));
    expect(writes()).toBe(0);
    expect((await run(['dcim'])).stderr).toContain(`${DEVICES} updated`);
  }, 60_000);

  it('logs in with a token of the second version, and tells a wrong one without showing it', async () => {
    expect((await run(['dcim', '--netbox-setup'], TOKEN_2)).code).toBe(0);
    expect([...netBox.logins]).toEqual([`Bearer ${TOKEN_2}`]);
    const wrong = await run(['dcim'], 'nbt_wrong.wrong-secret');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('login refused: Invalid token');
    expect(wrong.stderr).not.toContain('wrong-secret');
  }, 60_000);

  it('reports a conflict, writes the others, and ends with 1', async () => {
    expect((await run(['dcim', '--netbox-setup', '--dry-run'])).code).toBe(2);
    expect(writes()).toBe(0);
    const first = await run(['dcim', '--netbox-setup', '--site', 'hq', '--since', '2026-02-01']);
    expect(first.stderr).toContain('custom field');
    expect(netBox.devices.rows.size).toBe(0);
    const printer = netBox.addDevice({ name: 'Printer' });
    const port = netBox.addInterface({ device: printer.id });
    netBox.addAddress({ address: '192.0.2.3/24', objectType: 'dcim.interface', objectId: port.id });
    const ended = await run(['dcim']);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('address 192.0.2.3 is that of device');
    expect(netBox.devices.rows.size).toBe(DEVICES);
    expect((await run(['status'])).stdout).toContain('1 conflict');
  }, 60_000);
});
