import { createSession, ObjectType, Version1, Version2c, type Varbind } from 'net-snmp';
import { describe, expect, it } from 'vitest';
import { askUdp, guestIn } from '../ask.ts';

const { at } = guestIn('127.77.211.0/24');

describe('test/lab/servers/snmp', () => {
  const get1 = async (
    id: string,
    version: typeof Version1 | typeof Version2c,
    oids: string[],
    community = 'public',
  ): Promise<Varbind[] | string> =>
    new Promise((resolve) => {
      const session = createSession(at(id), community, { version, port: 10_161, timeout: 400, retries: 0 });
      session.get(oids, (error, varbinds) => {
        session.close();
        resolve(error ? `${error.name}: ${error.message}` : (varbinds ?? []));
      });
    });
  const SYSTEM = ['1.3.6.1.2.1.1.1.0', '1.3.6.1.2.1.1.2.0', '1.3.6.1.2.1.1.3.0'];

  it('answers several objects at once, as an SNMP library reads it', async () => {
    const values = await get1('hikvision-recorder', Version2c, [...SYSTEM, '1.3.6.1.4.1.50001.1.2.0']);
    expect(Array.isArray(values) && values.map(({ value }) => String(value))).toEqual([
      'Hikvision company products',
      '1.3.6.1.4.1.50001',
      '4711000',
      '8000',
    ]);
    const first = await get1('time-server', Version1, SYSTEM);
    expect(Array.isArray(first) && String(first[1]?.value)).toBe('1.3.6.1.4.1.39165.1.6');
  });

  it('has an empty system group on a camera: an exception in v2c, an error in v1', async () => {
    const values = await get1('oem-plate-camera', Version2c, [...SYSTEM, '1.3.6.1.4.1.39165.1.1.0']);
    expect(Array.isArray(values) && values.map(({ type }) => type)).toEqual([
      ObjectType.NoSuchObject,
      ObjectType.NoSuchObject,
      ObjectType.NoSuchObject,
      ObjectType.OctetString,
    ]);
    expect(Array.isArray(values) && String(values[3]?.value)).toBe('IPC7A27-ANPR');
    expect(await get1('oem-plate-camera', Version1, SYSTEM)).toContain('NoSuchName');
  });

  it('walks with GETNEXT and is silent to a wrong community', async () => {
    expect(await get1('ups', Version2c, SYSTEM, 'private')).toContain('RequestTimedOut');
    const found: string[] = [];
    await new Promise<void>((resolve) => {
      const session = createSession(at('axis-camera'), 'public', { version: Version2c, port: 10_161, timeout: 400, retries: 0 });
      session.subtree(
        '1.3.6.1.2.1',
        10,
        (varbinds) => void found.push(...varbinds.map(({ oid }) => oid)),
        () => {
          session.close();
          resolve();
        },
      );
    });
    expect(found).toEqual(['1.3.6.1.2.1.1.1.0', '1.3.6.1.2.1.1.2.0', '1.3.6.1.2.1.1.3.0', '1.3.6.1.2.1.1.5.0', '1.3.6.1.2.1.2.2.1.6.2']);
  });

  it('gives its engine ID to a v3 discovery, and only where it has one', async () => {
    const discovery = Buffer.from(
      '303e020103301102042f0a0b0c020300ffe30401040201030410300e0400020100020100040004000400301404000400a00e02044f1a2b3c0201000201003000',
      'hex',
    );
    const [report = Buffer.alloc(0)] = await askUdp(at('cisco-switch'), 10_161, discovery);
    expect(report.toString('hex')).toContain('040c800000090300001b54c73080');
    expect(report.toString('hex')).toContain('060a2b060106030f01010400'); // usmStatsUnknownEngineIDs
    expect(report.toString('hex')).toContain('02042f0a0b0c'); // our message ID
    expect(await askUdp(at('procurve-switch'), 10_161, discovery)).toEqual([]);
  });
});
