import { describe, expect, it } from 'vitest';
import { encodeSearch, isBoschQuestion, parseAnswer } from '../../../probes/bosch/codec.ts';
import { SAMPLES } from '../vendor-samples.ts';

describe('probes/bosch/codec', () => {
  it('writes the search byte for byte', () => {
    // Signals section 8, row Bosch.
    expect(Buffer.from(encodeSearch(0x01020304)).toString('hex')).toBe('9939a42701020304ff0006de');
    expect(Buffer.from(encodeSearch(0xffffffff)).toString('hex')).toBe('9939a427ffffffffff0006de');
    expect(isBoschQuestion(encodeSearch(9))).toBe(true);
    expect(isBoschQuestion(SAMPLES.bosch)).toBe(false);
  });

  it('reads the binary answer', () => {
    expect(parseAnswer(SAMPLES.bosch)).toEqual({ mac: '00:11:22:33:44:55', ip: '192.0.2.40', name: undefined, serial: undefined });
  });

  it('reads the XML answer', () => {
    expect(parseAnswer(SAMPLES.boschXml)).toEqual({ mac: '00:11:22:33:44:55', ip: '192.0.2.40', name: 'Dock & ramp', serial: '0444:0001' });
  });

  it('takes no question, no other XML and no broken XML for an answer', () => {
    expect(parseAnswer(encodeSearch(1))).toBeUndefined();
    expect(
      parseAnswer(Buffer.from('<root xmlns="urn:schemas-upnp-org:device-1-0"><device><friendlyName>x</friendlyName></device></root>')),
    ).toBeUndefined();
    for (let length = 0; length < SAMPLES.boschXml.length; length++)
      expect(parseAnswer(SAMPLES.boschXml.subarray(0, length))).toBeUndefined();
  });
});
