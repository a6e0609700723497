/** Devices that misbehave, and devices that are sent rubbish. */
import { describe, expect, it } from 'vitest';
import { askTcp, askUdp, get, guestIn, SNMP_GET, WEB } from '../ask.ts';

const { at, udp, web } = guestIn('127.77.212.0/24');

describe('test/lab/servers/rude', () => {
  it('drips, pours, resets, keeps mute', async () => {
    const first = async (id: string): Promise<Buffer> =>
      askTcp({ address: at(id), port: WEB, send: get('/'), maxBytes: 300_000, waitMs: 1500 });
    const [drip, endless, reset, mute, head] = await Promise.all(
      ['rude-drip', 'rude-endless-body', 'rude-reset', 'rude-mute', 'rude-endless-head'].map(first),
    );
    expect(drip?.toString('latin1')).toBe('HT');
    expect(endless?.length).toBe(300_000);
    expect([reset?.length, mute?.length]).toEqual([0, 0]);
    expect(head?.includes('\r\n\r\n')).toBe(false);
  });

  it('survives rubbish on every port itself', async () => {
    const rubbish = Buffer.from(Array.from({ length: 1200 }, (_, index) => (index * 7919) % 256));
    for (const port of [3702, 37020, 10_161, 5353]) await askUdp(at('hikvision-camera-v56'), port, rubbish, 1, 30);
    for (let length = 0; length < SNMP_GET.length; length++) await askUdp(at('axis-camera'), 10_161, SNMP_GET.subarray(0, length), 1, 2);
    await askTcp({ address: at('hikvision-camera-v56'), port: WEB, send: rubbish, waitMs: 100 });
    expect(await udp('axis-camera', 10_161, SNMP_GET)).toContain('AXIS M5014');
    expect(await web('hikvision-camera-v56', '/')).toContain('App-webs/');
  });
});
