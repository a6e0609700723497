import { describe, expect, it } from 'vitest';
import { boschSegmentProbe } from '../../probes/bosch/index.ts';
import { decodeBosch } from '../../probes/bosch/decode.ts';
import { dahua1Probe, dahua1SegmentProbe, dhipProbe, dhipSegmentProbe } from '../../probes/dhip/index.ts';
import { decodeDhip } from '../../probes/dhip/decode.ts';
import { foscamSegmentProbe } from '../../probes/foscam/index.ts';
import { decodeFoscam } from '../../probes/foscam/decode.ts';
import { hanwhaSegmentProbe } from '../../probes/hanwha/index.ts';
import { decodeHanwha } from '../../probes/hanwha/decode.ts';
import { panasonicSegmentProbe } from '../../probes/panasonic/index.ts';
import { decodePanasonic } from '../../probes/panasonic/decode.ts';
import { reolinkSegmentProbe } from '../../probes/reolink/index.ts';
import { decodeReolink } from '../../probes/reolink/decode.ts';
import { sadpProbe, sadpSegmentProbe } from '../../probes/sadp/index.ts';
import { decodeSadp } from '../../probes/sadp/decode.ts';
import { sonySegmentProbe } from '../../probes/sony/index.ts';
import { decodeSony } from '../../probes/sony/decode.ts';
import { tvtSegmentProbe } from '../../probes/tvt/index.ts';
import { decodeTvt } from '../../probes/tvt/decode.ts';
import { ubiquitiProbe, ubiquitiSegmentProbe } from '../../probes/ubiquiti/index.ts';
import { decodeUbiquiti } from '../../probes/ubiquiti/decode.ts';
import { vivotekProbe, vivotekSegmentProbe } from '../../probes/vivotek/index.ts';
import { decodeVivotek } from '../../probes/vivotek/decode.ts';
import { xmProbe, xmSegmentProbe } from '../../probes/xm/index.ts';
import { decodeXm } from '../../probes/xm/decode.ts';
import { fakeContext } from './fake-context.ts';
import { SAMPLES } from './vendor-samples.ts';
import type { AddressProbe, Decoder, Segment, SegmentProbe, ServicePorts } from '../../probes/probe.ts';
import type { SegmentRequest } from '../../probes/transport.ts';

const SEGMENT: Segment = { interfaceName: 'eth9', address: '192.0.2.1', prefixLength: 24, broadcast: '192.0.2.255' };
const ALL = '255.255.255.255';

interface Row {
  readonly probe: SegmentProbe;
  readonly decoder: Decoder;
  readonly answer: Uint8Array;
  readonly present: string;
  /** `address:port` of everything sent, in order; packets of the silent case. */
  readonly to: readonly string[];
  readonly packets: number;
  /** `port` or `port@group` of the sockets with a fixed port. */
  readonly bound: readonly string[];
  readonly key: keyof ServicePorts;
}

const SEGMENT_TABLE: readonly Row[] = [
  {
    probe: sadpSegmentProbe,
    decoder: decodeSadp,
    answer: SAMPLES.sadp,
    present: 'sadp.present',
    to: ['239.255.255.250:37020', '239.255.255.250:37020', `${ALL}:37020`, '192.0.2.255:37020'],
    packets: 13,
    bound: ['37020@239.255.255.250'],
    key: 'sadp',
  },
  {
    probe: dhipSegmentProbe,
    decoder: decodeDhip,
    answer: SAMPLES.dhip,
    present: 'dhip.present',
    to: ['239.255.255.251:37810', `${ALL}:37810`],
    packets: 2,
    bound: [],
    key: 'dhip',
  },
  {
    probe: dahua1SegmentProbe,
    decoder: decodeDhip,
    answer: SAMPLES.dahua1,
    present: 'dahua1.present',
    to: [`${ALL}:5050`],
    packets: 1,
    bound: ['5050'],
    key: 'dahua1',
  },
  {
    probe: xmSegmentProbe,
    decoder: decodeXm,
    answer: SAMPLES.xm,
    present: 'xm.present',
    to: [`${ALL}:34569`],
    packets: 1,
    bound: ['34569'],
    key: 'xm',
  },
  {
    probe: hanwhaSegmentProbe,
    decoder: decodeHanwha,
    answer: SAMPLES.hanwha,
    present: 'hanwha.present',
    to: [`${ALL}:7701`],
    packets: 1,
    bound: ['7711'],
    key: 'hanwha',
  },
  {
    probe: boschSegmentProbe,
    decoder: decodeBosch,
    answer: SAMPLES.bosch,
    present: 'bosch.present',
    to: [`${ALL}:1757`],
    packets: 1,
    bound: ['1758'],
    key: 'bosch',
  },
  {
    probe: vivotekSegmentProbe,
    decoder: decodeVivotek,
    answer: SAMPLES.vivotek,
    present: 'vivotek.present',
    to: [`${ALL}:10000`],
    packets: 1,
    bound: [],
    key: 'vivotek',
  },
  {
    probe: foscamSegmentProbe,
    decoder: decodeFoscam,
    answer: SAMPLES.foscam,
    present: 'foscam.present',
    to: [`${ALL}:10000`],
    packets: 1,
    bound: ['10000'],
    key: 'foscam',
  },
  {
    probe: sonySegmentProbe,
    decoder: decodeSony,
    answer: SAMPLES.sony,
    present: 'sony.present',
    to: ['192.0.2.255:2380'],
    packets: 1,
    bound: ['2380'],
    key: 'sony',
  },
  {
    probe: panasonicSegmentProbe,
    decoder: decodePanasonic,
    answer: SAMPLES.panasonic,
    present: 'panasonic.present',
    to: [`${ALL}:10670`, `${ALL}:10669`],
    packets: 2,
    bound: ['10670', '10669'],
    key: 'panasonic',
  },
  {
    probe: ubiquitiSegmentProbe,
    decoder: decodeUbiquiti,
    answer: SAMPLES.ubiquiti,
    present: 'ubiquiti.present',
    to: ['233.89.188.1:10001', `${ALL}:10001`],
    packets: 4,
    bound: ['10001@233.89.188.1'],
    key: 'ubiquiti',
  },
  {
    probe: reolinkSegmentProbe,
    decoder: decodeReolink,
    answer: SAMPLES.reolink,
    present: 'reolink.present',
    to: [`${ALL}:2000`],
    packets: 1,
    bound: ['3000'],
    key: 'reolink',
  },
  {
    probe: tvtSegmentProbe,
    decoder: decodeTvt,
    answer: SAMPLES.tvt,
    present: 'tvt.present',
    to: ['234.55.55.55:23456'],
    packets: 1,
    bound: ['23456@234.55.55.56', '23456@234.55.55.55'],
    key: 'tvt',
  },
];

const packetsOf = (requests: readonly SegmentRequest[]): number =>
  requests.reduce((sum, { payloads, destinations, sendAtMs }) => sum + payloads.length * destinations.length * (sendAtMs?.length ?? 2), 0);

describe('probes/vendor-probe: segments', () => {
  it.each(SEGMENT_TABLE.map((row) => [row.probe.id, row] as const))('%s asks, listens and reports as its readme says', async (_id, row) => {
    const from = { address: '192.0.2.40', port: 9 };
    const fake = fakeContext({
      decoder: row.decoder,
      // Every socket hears the answer twice, and our own question.
      segment: ({ payloads }) => [row.answer, row.answer, ...payloads].map((bytes) => ({ bytes, from })),
    });
    await row.probe.run(SEGMENT, fake.context);
    const { segment } = fake.sent;
    expect(segment.flatMap(({ destinations }) => destinations.map(({ address, port }) => `${address}:${port}`))).toEqual(row.to);
    expect(
      segment.flatMap(({ localPort, joinGroup }) =>
        localPort === undefined ? [] : [joinGroup ? `${localPort}@${joinGroup}` : `${localPort}`],
      ),
    ).toEqual(row.bound);
    expect(packetsOf(segment)).toBe(row.packets);
    expect(segment.every(({ localAddress, listenMs }) => localAddress === SEGMENT.address && listenMs === 500)).toBe(true);
    expect(fake.reported).toHaveLength(1);
    expect(fake.reported[0]?.response).toEqual({ bytes: Buffer.from(row.answer).toString('base64') });
    expect(fake.values(row.present)).toEqual(['true']);
    expect(fake.sent.udp.length + fake.sent.tcp.length).toBe(0);
  });

  it.each(SEGMENT_TABLE.map((row) => [row.probe.id, row] as const))('%s promises the packets it sends', (_id, row) => {
    const notes = row.probe.traffic(fakeContext().context.settings);
    expect(notes.reduce((sum, { packetsSilent }) => sum + packetsSilent, 0)).toBe(row.packets);
    expect(notes.every(({ bytes, to, what }) => bytes > 0 && to.startsWith('UDP ') && what !== '')).toBe(true);
  });

  it.each(SEGMENT_TABLE.map((row) => [row.probe.id, row] as const))(
    '%s takes its ports from the settings, and an empty list for no',
    async (_id, row) => {
      const moved = fakeContext({ ports: { [row.key]: [40001, 40002] } });
      await row.probe.run(SEGMENT, moved.context);
      const asked = moved.sent.segment.flatMap(({ destinations }) => destinations.map(({ port }) => port));
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.every((port) => port === 40001 || port === 40002)).toBe(true);
      const off = fakeContext({ ports: { [row.key]: [] } });
      await row.probe.run(SEGMENT, off.context);
      expect(off.sent.segment).toEqual([]);
      expect(row.probe.traffic(off.context.settings)).toEqual([]);
    },
  );

  it('listens before it asks', async () => {
    for (const { probe } of SEGMENT_TABLE) {
      const fake = fakeContext();
      await probe.run(SEGMENT, fake.context);
      const bound = fake.sent.segment.map(({ localPort }) => localPort !== undefined);
      expect(bound).toEqual([...bound].sort((left, right) => Number(right) - Number(left)));
    }
  });

  it('keeps answers it does not understand, leaves out questions of others', async () => {
    const fake = fakeContext({
      segment: () => [
        { bytes: Buffer.from('<?xml version="1.0"?><Probe><Types>update</Types></Probe>'), from: { address: '192.0.2.7', port: 37020 } },
        { bytes: Buffer.from('garbage'), from: { address: '192.0.2.8', port: 37020 } },
      ],
    });
    await sadpSegmentProbe.run(SEGMENT, fake.context);
    expect(fake.reported.map(({ from }) => from.address)).toEqual(['192.0.2.8']);
  });

  it('keeps no more answers than a segment can have devices', async () => {
    const flood = Array.from({ length: 6000 }, (_none, index) => ({
      bytes: Buffer.from(`x${index}`),
      from: { address: '192.0.2.8', port: 1 },
    }));
    const fake = fakeContext({ segment: () => flood });
    await dhipSegmentProbe.run(SEGMENT, fake.context);
    expect(fake.reported).toHaveLength(5000);
  });

  it('sends fresh UUIDs', async () => {
    const fake = fakeContext();
    await sadpSegmentProbe.run(SEGMENT, fake.context);
    const sent = fake.sent.segment.flatMap(({ payloads }) => payloads.map((payload) => Buffer.from(payload).toString()));
    expect(sent.map((xml) => /<Types>(.*)<\/Types>/.exec(xml)?.[1])).toEqual(['inquiry', 'inquiry', 'inquiry_v32']);
    expect(new Set(sent.map((xml) => /<Uuid>(.*)<\/Uuid>/.exec(xml)?.[1])).size).toBe(3);
  });
});

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
