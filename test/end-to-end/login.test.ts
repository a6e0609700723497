import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LAB_LOGIN } from '../lab/hosts/hikvision.ts';
import { startLab, type Lab } from '../lab/lab.ts';

const CLI = fileURLToPath(new URL('../../dist/agent/cli.js', import.meta.url));
const NETWORK = '127.78.41.0/24';
/** Logins that are wrong, for a camera with ISAPI and for one with ONVIF only. */
const WRONG = { user: 'camsweep-wrong-user', password: 'Wr0ng-Passw0rd-In-The-File' };

const documentSchema = z.object({
  devices: z.array(
    z.object({
      address: z.string(),
      model: z.string().nullable(),
      serial: z.string().nullable(),
      produced: z.string().nullable(),
      notes: z.array(z.string()),
      channels: z.object({ cameras: z.array(z.object({ address: z.string().nullable(), model: z.string().nullable() })) }).nullable(),
      coverage: z.record(z.string(), z.string()),
    }),
  ),
});
type Device = z.infer<typeof documentSchema>['devices'][number];

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function camsweep(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, ...environment } });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

function portFlag(lab: Lab): string {
  return Object.entries(lab.ports)
    .flatMap(([service, list]: [string, readonly number[] | undefined]) =>
      list && list.length > 0 ? [`${service}=${list.join(',')}`] : [],
    )
    .join(' ');
}

/** A text together with every base64 in it read: recordings keep their bytes so. */
function withBytes(text: string): string {
  const packed = [...text.matchAll(/"bytes": ?"([A-Za-z0-9+/=]+)"/g)].map(([, base64 = '']) =>
    Buffer.from(base64, 'base64').toString('latin1'),
  );
  return [text, ...packed].join('\n');
}

describe('end to end: logins the user gave', () => {
  let lab: Lab;
  let directory: string;
  let first: Run;
  let devices: Map<string, Device>;
  let outputs: Map<string, string>;
  let named: { camera: string; recorder: string; isapiWrong: string; onvifWrong: string };
  let environment: Record<string, string>;
  let scanArguments: string[];

  const addressOf = (id: string): string => lab.hosts.find(({ host }) => host.id === id)?.address ?? '';
  /** Lab hosts note every login that is not theirs. */
  const wrongTries = (): string[] => lab.violations.filter(({ rule }) => rule === 'credentials').map(({ address }) => address);

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'camsweep-login-'));
    lab = await startLab({ network: NETWORK, ports: 'high' });
    named = {
      camera: addressOf('hikvision-camera-v56'),
      recorder: addressOf('hikvision-recorder-16-channels'),
      isapiWrong: addressOf('hikvision-camera-v52'),
      onvifWrong: addressOf('axis-camera'),
    };
    const wrong = `{ user: ${WRONG.user}, password: ${WRONG.password} }`;
    const logins = join(directory, 'logins.yaml');
    writeFileSync(
      logins,
      `hosts:\n  ${named.camera}: { user: ${LAB_LOGIN.user}, password: ${LAB_LOGIN.password} }\n  ${named.recorder}: { user: ${LAB_LOGIN.user}, passwordEnv: RECORDER_PASSWORD }\n  ${named.isapiWrong}: ${wrong}\n  ${named.onvifWrong}: ${wrong}\n`,
    );
    environment = { CAMSWEEP_DATA_DIR: join(directory, 'data'), CAMSWEEP_CREDENTIALS: logins, RECORDER_PASSWORD: LAB_LOGIN.password };
    const record = join(directory, 'record.jsonl');
    scanArguments = ['scan', ...Object.values(named), '--ports', portFlag(lab), '--log-level', 'debug'];
    first = await camsweep([...scanArguments, '--json', '--record', record], environment);
    devices = new Map(documentSchema.parse(JSON.parse(first.stdout)).devices.map((device) => [device.address, device]));
    const explained = await Promise.all([named.recorder, named.isapiWrong].map((address) => camsweep(['explain', address], environment)));
    const explainedJson = await camsweep(['explain', named.camera, '--json'], environment);
    await camsweep(['report', '--html', join(directory, 'report.html')], environment);
    const judged = await camsweep(['judge', record], environment);
    outputs = new Map([
      ['scan', first.stdout],
      ['log', first.stderr],
      ['explain', [...explained, explainedJson].map(({ stdout, stderr }) => stdout + stderr).join('\n')],
      ['judge', judged.stdout + judged.stderr],
    ]);
  }, 60_000);

  afterAll(async () => {
    await lab.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('brings what only a login shows', () => {
    expect(first.code, first.stderr).toBe(0);
    expect(devices.get(named.camera)).toMatchObject({
      model: 'DS-2CD2385G1-I',
      serial: 'DS-2CD2385G1-I20200414AAWRE33842150',
      produced: '2020-04-14',
      coverage: { isapi: 'answered' },
    });
  });

  it('lists the cameras behind a recorder, as the recorder names them', () => {
    const recorder = devices.get(named.recorder);
    expect(recorder?.channels?.cameras).toHaveLength(16);
    expect(recorder?.channels?.cameras[0]).toMatchObject({ address: '192.168.254.2', model: 'IPC-HDW1431T1-S4' });
    expect(recorder?.notes).toContain('lists 16 cameras behind it');
    expect(outputs.get('explain')).toContain('1: Camera 1, IPC-HDW1431T1-S4, 192.168.254.2');
  });

  it('tries a wrong login once, on one way only, and says so', () => {
    expect(wrongTries().sort()).toEqual([named.isapiWrong, named.onvifWrong].sort());
    expect(first.stderr).toContain(`${named.isapiWrong}: the login was refused; it is not tried again until it is changed`);
    expect(devices.get(named.isapiWrong)?.coverage.isapi).toBe('refused');
  });

  it('has no secret in anything it writes, in no spelling', () => {
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(
      // What the engine compiled of the program holds the program's own words, and nothing of a scan.
      (entry) => entry.isFile() && entry.name !== 'logins.yaml' && !entry.name.endsWith('.bin'),
    );
    for (const { parentPath, name } of files) outputs.set(name, readFileSync(join(parentPath, name), 'latin1'));
    expect([...outputs.keys()].sort()).toEqual(
      expect.arrayContaining(['explain', 'judge', 'log', 'login-ledger.jsonl', 'record.jsonl', 'report.html', 'scan']),
    );
    const secrets = [LAB_LOGIN, WRONG].flatMap(({ user, password }) =>
      [password, `${user}:${password}`].flatMap((text) => [
        text,
        Buffer.from(text).toString('base64').replace(/=+$/, ''),
        Buffer.from(text).toString('hex'),
        encodeURIComponent(text),
      ]),
    );
    for (const [name, text] of outputs) {
      const all = withBytes(text).toLowerCase();
      if (!/\.db-/.test(name)) expect(all.length, name).toBeGreaterThan(100);
      for (const secret of secrets) expect(all.includes(secret.toLowerCase()), `${secret} in ${name}`).toBe(false);
      expect(/(?<![-\w])authorization["']?\s*[:=]|usernametoken|camsweep-wrong-user/.exec(all)?.[0], name).toBeUndefined();
    }
  });

  it('uses no login on the same day again, after a restart and in no format', async () => {
    const before = wrongTries().length;
    const second = await camsweep([...scanArguments, '--jsonl'], environment);
    expect(second.code, second.stderr).toBe(0);
    const again = second.stdout
      .trim()
      .split('\n')
      .map((line) => documentSchema.shape.devices.element.parse(JSON.parse(line)));
    expect(again.find(({ address }) => address === named.recorder)).toMatchObject({ coverage: { isapi: 'excluded' }, notes: [] });
    expect(wrongTries()).toHaveLength(before);
    expect(readFileSync(join(directory, 'data', 'login-ledger.jsonl'), 'utf8').match(/"try"/g)).toHaveLength(4);
  });

  it('sends no login to hosts that were not named', async () => {
    const before = lab.violations.length;
    const other = addressOf('hikvision-camera-v57');
    const run = await camsweep(['scan', other, '--ports', portFlag(lab), '--json'], environment);
    const [device] = documentSchema.parse(JSON.parse(run.stdout)).devices;
    expect(device?.coverage.isapi).toBe('excluded');
    expect(lab.violations).toHaveLength(before);
  });
});
