import { describe, expect, it } from 'vitest';
import { decodeWsDiscovery } from '../../../probes/onvif/decode.ts';
import { wsDiscoveryProbe, wsDiscoverySegmentProbe } from '../../../probes/onvif/index.ts';
import { fakeContext, FAKE_SETTINGS } from '../fake-context.ts';
import { oemProbeMatches, probeMatch, probeMatches } from './messages.ts';
import type { Segment } from '../../../probes/probe.ts';
import type { UdpAnswer } from '../../../probes/transport.ts';

const SEGMENT: Segment = { interfaceName: 'test0', address: '192.0.2.2', prefixLength: 24 };
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const idOf = (payload: Uint8Array | undefined): string => /<wsa:MessageID>([^<]+)</.exec(textOf(payload ?? new Uint8Array()))?.[1] ?? '';
const from = (address: string, text: string): UdpAnswer => ({ bytes: Buffer.from(text), from: { address, port: 3702 } });

describe('probes/onvif/discovery', () => {
  describe('segment', () => {
    it('sends three Probes to the group, twice, without joining it', async () => {
      const fake = fakeContext();
      await wsDiscoverySegmentProbe.run(SEGMENT, fake.context);
      const [request, ...more] = fake.sent.segment;
      expect(more).toEqual([]);
      expect(request).toMatchObject({
        localAddress: '192.0.2.2',
        destinations: [{ address: '239.255.255.250', port: 3702 }],
        sendAtMs: [0, 250],
        listenMs: FAKE_SETTINGS.settleMs,
      });
      expect(request?.joinGroup).toBeUndefined();
      expect(request?.localPort).toBeUndefined();
      expect(new Set(request?.payloads.map(idOf)).size).toBe(3);
    });

    it('reports every answer under the address that sent it, whatever its XAddrs claim', async () => {
      const fake = fakeContext({
        decoder: decodeWsDiscovery,
        segment: ({ payloads }) => [
          from('192.0.2.10', oemProbeMatches({ address: '192.0.2.99', relatesTo: idOf(payloads[0]) })),
          from('10.9.8.7', oemProbeMatches({ address: '10.9.8.7', relatesTo: 'uuid:somebody-else' })),
        ],
      });
      await wsDiscoverySegmentProbe.run(SEGMENT, fake.context);
      expect(fake.reported.map((answer) => answer.from.address)).toEqual(['192.0.2.10', '10.9.8.7']);
      expect(fake.reported[0]?.request).toMatchObject({ operation: 'Probe', types: 'dn:NetworkVideoTransmitter' });
      expect(fake.values('wsd.relates')).toEqual(['true', 'false']);
      expect(new Set(fake.observed.map(({ address }) => address))).toEqual(new Set(['192.0.2.10', '10.9.8.7']));
    });

    it('keeps one copy of what a device repeats, also to another dialect', async () => {
      const fake = fakeContext({
        decoder: decodeWsDiscovery,
        segment: ({ payloads }) =>
          [0, 1, 2, 0, 1, 2].map((index, copy) =>
            from('192.0.2.10', oemProbeMatches({ relatesTo: idOf(payloads[index]) }).replace('"17"', `"${copy}"`)),
          ),
      });
      await wsDiscoverySegmentProbe.run(SEGMENT, fake.context);
      expect(fake.reported.map(({ request }) => request?.types)).toEqual(['dn:NetworkVideoTransmitter']);
    });

    it('keeps two matches of one datagram in one recording, and junk too', async () => {
      const two = probeMatches([probeMatch({ endpoint: 'urn:uuid:1' }), probeMatch({ endpoint: 'urn:uuid:2' })]);
      const fake = fakeContext({
        decoder: decodeWsDiscovery,
        segment: () => [from('192.0.2.10', two), from('192.0.2.11', 'no xml at all')],
      });
      await wsDiscoverySegmentProbe.run(SEGMENT, fake.context);
      expect(fake.values('wsd.epr')).toEqual(['urn:uuid:1', 'urn:uuid:2']);
      expect(fake.reported).toHaveLength(2);
    });

    it('lets no single sender and no flood fill the memory', async () => {
      const flood = Array.from({ length: 7000 }, (_, index) => from(`10.0.${index >> 8}.${index & 255}`, '<a/>'));
      const chatter = Array.from({ length: 500 }, (_, index) =>
        from('192.0.2.10', probeMatches([probeMatch({ endpoint: `urn:uuid:${index}` })])),
      );
      const fake = fakeContext({ segment: () => [...chatter, ...flood] });
      await wsDiscoverySegmentProbe.run(SEGMENT, fake.context);
      expect(fake.reported.filter((answer) => answer.from.address === '192.0.2.10')).toHaveLength(8);
      expect(fake.reported).toHaveLength(8 + 4999);
    });
  });

  describe('address', () => {
    it('sends all three dialects from one socket to every configured port', async () => {
      const fake = fakeContext({ ports: { 'ws-discovery': [3702, 3703] } });
      expect(await wsDiscoveryProbe.run('192.0.2.10', fake.context)).toBe('silent');
      expect(fake.sent.udp.map(({ port, payloads, maxAnswers }) => [port, payloads.length, maxAnswers])).toEqual([
        [3702, 3, 3],
        [3703, 3, 3],
      ]);
    });

    it('answers, with the dialect that was understood', async () => {
      const fake = fakeContext({ decoder: decodeWsDiscovery, udp: ({ payloads }) => [oemProbeMatches({ relatesTo: idOf(payloads[2]) })] });
      expect(await wsDiscoveryProbe.run('192.0.2.10', fake.context)).toBe('answered');
      expect(fake.reported[0]?.request).toMatchObject({ types: '', messageId: idOf(fake.sent.udp[0]?.payloads[2]) });
      expect(fake.values('onvif.scope.hardware')).toEqual(['DFI6256TE']);
    });

    it.each([
      ['refused', 'refused'],
      ['unreachable', 'unreachable'],
      ['excluded', 'excluded'],
    ] as const)('passes %s on', async (reach, outcome) => {
      const fake = fakeContext({ udp: () => reach });
      expect(await wsDiscoveryProbe.run('192.0.2.10', fake.context)).toBe(outcome);
    });

    it('calls an answer without a match not understood, and keeps it', async () => {
      const fake = fakeContext({ decoder: decodeWsDiscovery, udp: () => ['hello?'] });
      expect(await wsDiscoveryProbe.run('192.0.2.10', fake.context)).toBe('not-understood');
      expect(fake.reported).toHaveLength(1);
    });
  });

  it('says in advance what it sends', () => {
    for (const probe of [wsDiscoveryProbe, wsDiscoverySegmentProbe]) {
      const [note] = probe.traffic(FAKE_SETTINGS);
      expect(note?.to).toContain('3702');
      expect(note?.bytes).toBeGreaterThan(1000);
    }
  });
});
