import { describe, expect, it } from 'vitest';
import { askTcp, guestIn, rtsp } from '../ask.ts';

const { at } = guestIn('127.77.208.0/24');

describe('test/lab/servers/rtsp', () => {
  const ask = async (id: string, method: string): Promise<string> =>
    (await askTcp({ address: at(id), port: 10_554, send: rtsp(method, at(id)), waitMs: 250 })).toString('latin1');

  it('writes the date and the challenge as the firmware does', async () => {
    expect(await ask('hikvision-camera-v56', 'OPTIONS')).toMatch(
      /\r\nDate: {2}[A-Z][a-z]{2}, [A-Z][a-z]{2} \d{2} \d{4} \d{2}:\d{2}:\d{2} GMT\r\n\r\n$/,
    );
    expect(await ask('hikvision-camera-v56', 'DESCRIBE')).toMatch(
      /Digest realm="IP Camera\(E3384\)", nonce="[0-9a-f]{32}", stale="FALSE"\r\n/,
    );
    expect(await ask('dahua-camera', 'OPTIONS')).toContain('CSeq: 7\r\nServer: Rtsp Server/3.0\r\n');
  });
});
