/** Servers that speak first, or answer the first bytes of a client: SDK ports, telnet, FTP. */
import { describe, expect, it } from 'vitest';
import { askTcp, guestIn } from '../ask.ts';

const { at, violations } = guestIn('127.77.209.0/24');

describe('test/lab/servers/greeting', () => {
  it('gives a listener one SDK word and a talker the other', async () => {
    const sdk = { address: at('luma-recorder'), port: 8000, waitMs: 250 };
    expect((await askTcp(sdk)).toString('hex')).toBe('000000100000001e0000001e00000000');
    expect((await askTcp({ ...sdk, send: 'x' })).toString('hex')).toBe('000000100000000d0000000d00000000');
  });

  it('gives the DVRIP realm to the realm question and notes a login', async () => {
    const dvrip = { address: at('dahua-recorder'), port: 37777, waitMs: 250 };
    expect((await askTcp({ ...dvrip, send: Buffer.from('a0010000', 'hex') })).toString('latin1')).toContain(
      'Realm:Login to 3F05B0APAZHKSHZ\r\nRandom:',
    );
    await askTcp({ ...dvrip, send: Buffer.from('a0050060', 'hex') });
    expect(violations('dahua-recorder')).toEqual(['login']);
  });

  it('greets on telnet and FTP', async () => {
    expect((await askTcp({ address: at('hikvision-dvr-old'), port: 10_023, waitMs: 250 })).toString('latin1')).toBe(
      '\r\n192.0.0.64 login: ',
    );
    expect((await askTcp({ address: at('apache-server'), port: 10_021, waitMs: 250 })).toString('latin1')).toBe('220 (vsFTPd 3.0.3)\r\n');
  });
});
