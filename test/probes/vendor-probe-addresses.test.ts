import { describe, expect, it } from 'vitest';
import { dahua1Probe, dhipProbe } from '../../probes/dhip/index.ts';
import { decodeDhip } from '../../probes/dhip/decode.ts';
import { sadpProbe } from '../../probes/sadp/index.ts';
import { decodeSadp } from '../../probes/sadp/decode.ts';
import { ubiquitiProbe } from '../../probes/ubiquiti/index.ts';
import { decodeUbiquiti } from '../../probes/ubiquiti/decode.ts';
import { vivotekProbe } from '../../probes/vivotek/index.ts';
import { decodeVivotek } from '../../probes/vivotek/decode.ts';
import { xmProbe } from '../../probes/xm/index.ts';
import { decodeXm } from '../../probes/xm/decode.ts';
import type { AddressProbe, Decoder } from '../../probes/probe.ts';
import { fakeContext } from './fake-context.ts';
import { SAMPLES } from './vendor-samples.ts';

const ADDRESS_TABLE: readonly (readonly [AddressProbe, Decoder, Uint8Array, port: number, payloads: number])[] = [
  [sadpProbe, decodeSadp, SAMPLES.sadp, 37020, 1],
  [dhipProbe, decodeDhip, SAMPLES.dhip, 37810, 1],
  [dahua1Probe, decodeDhip, SAMPLES.dahua1, 5050, 1],
  [xmProbe, decodeXm, SAMPLES.xm, 34569, 1],
  [vivotekProbe, decodeVivotek, SAMPLES.vivotek, 10000, 1],
  [ubiquitiProbe, decodeUbiquiti, SAMPLES.ubiquiti, 10001, 2],
];

describe('probes/vendor-probe: addresses', () => {
  it.each(ADDRESS_TABLE.map((row) => [row[0].id, row] as const))(
    '%s asks once and ends in the right outcome',
    async (_id, [probe, decoder, answer, port, payloads]) => {
      const fake = fakeContext({ decoder, udp: () => [answer] });
      expect(probe.wave).toBe(1);
      expect(await probe.run('192.0.2.40', fake.context)).toBe('answered');
      expect(fake.sent.udp.map((request) => [request.address, request.port, request.payloads.length, request.repeatAfterMs])).toEqual([
        ['192.0.2.40', port, payloads, undefined],
      ]);
      expect(fake.reported).toHaveLength(1);
      expect(probe.traffic(fake.context.settings)).toMatchObject([{ to: `UDP ${port}`, packetsSilent: payloads }]);

      const garbled = fakeContext({ decoder, udp: () => ['something else'] });
      expect(await probe.run('192.0.2.40', garbled.context)).toBe('not-understood');
      expect(garbled.reported).toHaveLength(1);
      for (const reach of ['silent', 'refused', 'unreachable', 'excluded', 'aborted'] as const) {
        expect(await probe.run('192.0.2.40', fakeContext({ udp: () => reach }).context)).toBe(reach);
      }
    },
  );

  it('goes on to the next port of the list while nothing answers', async () => {
    const fake = fakeContext({
      decoder: decodeSadp,
      ports: { sadp: [1111, 2222, 3333] },
      udp: ({ port }) => (port === 2222 ? [SAMPLES.sadp] : 'refused'),
    });
    expect(await sadpProbe.run('192.0.2.40', fake.context)).toBe('answered');
    expect(fake.sent.udp.map(({ port }) => port)).toEqual([1111, 2222]);
    expect(await sadpProbe.run('192.0.2.40', fakeContext({ ports: { sadp: [] } }).context)).toBe('excluded');
  });
});
