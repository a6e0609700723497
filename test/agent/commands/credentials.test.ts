import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSecrets, type Secrets } from '../../../agent/commands/credentials.ts';
import { CamsweepError } from '../../../agent/errors.ts';

let directory: string;
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'camsweep-credentials-'))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function read(text: string, environment: Record<string, string> = {}): Secrets['logins'] {
  return readAll(text, environment).logins;
}

function readAll(text: string, environment: Record<string, string> = {}): Secrets {
  const path = join(directory, 'logins.yaml');
  writeFileSync(path, text);
  return readSecrets(path, environment);
}

function faultOf(text: string, environment?: Record<string, string>): CamsweepError {
  try {
    read(text, environment);
  } catch (error) {
    if (error instanceof CamsweepError) return error;
    throw error;
  }
  throw new Error('no fault');
}

describe('agent/commands/credentials', () => {
  it('reads logins by address and by MAC, in the spelling a scan knows them by', () => {
    const logins = read(
      [
        'hosts:',
        '  192.0.2.7: { user: inventory, password: pass one, allowBasic: true }',
        '  02-00-5E-10-20-30: { user: inventory, password: pass two }',
        '  "2001:DB8:0:0::7": { user: inventory, passwordEnv: CAMERA_PASSWORD }',
      ].join('\n'),
      { CAMERA_PASSWORD: 'from the environment' },
    );
    expect(Object.fromEntries(logins)).toEqual({
      '192.0.2.7': { user: 'inventory', password: 'pass one', allowBasic: true },
      '02:00:5e:10:20:30': { user: 'inventory', password: 'pass two' },
      '2001:db8::7': { user: 'inventory', password: 'from the environment' },
    });
  });

  it.each([
    ['camera.example: { user: a, password: s3cret }', /hosts\.camera\.example: expected an IP address or a MAC/],
    ['192.0.2.0/24: { user: a, password: s3cret }', /expected an IP address or a MAC/],
    ['192.0.2.7: { user: a }', /expected password, or passwordEnv naming a variable that is set/],
    ['192.0.2.7: { user: a, passwordEnv: UNSET_VARIABLE }', /naming a variable that is set/],
    ['192.0.2.7: { user: "a:b", password: s3cret }', /without colon/],
    ['192.0.2.7: { password: s3cret }', /hosts\.192\.0\.2\.7\.user/],
    ['02:00:5e:10:20:30: { user: a, password: s3cret }\n  02-00-5E-10-20-30: { user: a, password: s3cret }', /the same host twice/],
  ])('says what is wrong with %s', (line, message) => {
    const fault = faultOf(`hosts:\n  ${line}\n`);
    expect(fault.code).toBe('config-invalid');
    expect(fault.message).toMatch(message);
    expect(fault.message).not.toContain('s3cret');
  });

  it.each([
    'hosts:\n  192.0.2.7: { user: a, password: "s3cret }\n',
    'hosts:\n  192.0.2.7: { user: a, password: *s3cret }\n',
    'hosts:\n  192.0.2.7: { user: a, password: !s3cret x }\n',
    'hosts:\n  192.0.2.7: { user: a, s3cret: password }\n',
    'hosts:\n  192.0.2.7:\n    user: a\n   password: s3cret\n',
    'hosts:\n  192.0.2.7: { user: a, password: [s3cret] }\n',
    's3cret: 1\n',
    's3cret',
  ])('never shows the text of the file: %j', (text) => {
    const fault = faultOf(text);
    expect(fault.code).toBe('config-invalid');
    expect(fault.message).not.toContain('s3cret');
  });

  it('names a file that cannot be read', () => {
    expect(() => readSecrets(join(directory, 'none.yaml'), {})).toThrow(/credentials file .*none\.yaml/);
  });

  it('reads SNMPv3 users, keys from the file or from a variable', () => {
    const text = 'snmpUsers:\n  - { name: inventory, authProtocol: sha256, authKeyEnv: AUTH, privProtocol: aes, privKey: twelve-chars }\n';
    expect(readAll(text, { AUTH: 'authentic-key' }).snmpUsers).toEqual([
      { name: 'inventory', authProtocol: 'sha256', authKey: 'authentic-key', privProtocol: 'aes', privKey: 'twelve-chars' },
    ]);
  });

  it.each([
    ['snmpUsers: [{ name: a, authProtocol: sha, authKey: short }]', /snmpUsers\.0\.authKey: expected at least eight/],
    ['snmpUsers: [{ name: a, authProtocol: sha }]', /authProtocol and authKey go together/],
    ['snmpUsers: [{ name: a, privProtocol: aes, privKey: long-enough }]', /privacy needs authentication/],
    ['snmpUsers: [{ name: a, authProtocol: sha, authKeyEnv: NONE }]', /authKeyEnv/],
  ])('refuses %s without repeating a key', (text, message) => {
    expect(() => readAll(text)).toThrow(message);
    expect(() => readAll(text)).not.toThrow(/long-enough|short/);
  });
});
