import { describe, expect, it } from 'vitest';
import { decodeSadp } from '../../../probes/sadp/decode.ts';
import { sadpBoolean, sadpCount, sadpState } from '../../../probes/sadp/fields.ts';
import { SADP_XML } from '../vendor-samples.ts';

describe('probes/sadp/fields', () => {
  it('reads state out of the fields of an answer', () => {
    const fields = decodeSadp({ id: 'x', protocol: 'sadp', from: { address: '192.0.2.64' }, response: { xml: SADP_XML } });
    expect(fields[0]).toEqual({ field: 'sadp.present', value: 'true' });
    expect(sadpState(fields)).toEqual({ activated: true, dhcp: false, analogChannels: 0, digitalChannels: 1 });
  });

  it('leaves out what an old answer does not say', () => {
    expect(sadpState([{ field: 'sadp.DeviceSN', value: 'x' }])).toEqual({});
  });

  it('reads booleans as firmware spells them', () => {
    expect(['true', 'false', 'flase', ' TRUE ', '1', '', undefined].map(sadpBoolean)).toEqual([
      true,
      false,
      false,
      true,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('reads counts and nothing else', () => {
    expect(['0', '16', '-1', '1e3', '999999', 'x', undefined].map(sadpCount)).toEqual([
      0,
      16,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
