import { describe, expect, it } from 'vitest';
import { encodeSearch, isXmQuestion, parseAnswer, parseRecorded } from '../../../probes/xm/codec.ts';
import { SAMPLES } from '../vendor-samples.ts';

describe('probes/xm/codec', () => {
  it('writes the search byte for byte', () => {
    // Signals section 8, row XiongMai.
    expect(Buffer.from(encodeSearch()).toString('hex')).toBe('ff00000000000000000000000000fa0500000000');
    expect(isXmQuestion(encodeSearch())).toBe(true);
    expect(isXmQuestion(SAMPLES.xm)).toBe(false);
  });

  it('reads NetCommon by its own names, addresses dotted, MAC normalised', () => {
    const members = new Map((parseAnswer(SAMPLES.xm) ?? []).map(({ name, value }) => [name, value]));
    expect(Object.fromEntries(members)).toEqual({
      ChannelNum: '4',
      DeviceType: '1',
      GateWay: '192.0.2.1',
      HostIP: '192.0.2.10',
      HostName: 'LocalHost',
      HttpPort: '80',
      MAC: '00:12:16:aa:bb:cc',
      SN: '0123456789abcdef',
      TCPPort: '34567',
      Version: 'V4.02.R11',
    });
  });

  it('reads nothing out of a question, an error or a broken answer', () => {
    expect(parseAnswer(encodeSearch())).toBeUndefined();
    expect(parseAnswer(SAMPLES.xm.subarray(0, 200))).toBeUndefined();
    expect(parseRecorded('{"Ret":101}')).toBeUndefined();
    expect(parseRecorded({ 'NetWork.NetCommon': [1] })).toBeUndefined();
    expect(parseRecorded({ 'NetWork.NetCommon': { SN: 'a', MAC: 'no mac' } })).toEqual([{ name: 'SN', value: 'a' }]);
  });
});
