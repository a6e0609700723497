import { describe, expect, it } from 'vitest';
import { dhipSegmentProbe } from '../../probes/dhip/index.ts';
import { sadpSegmentProbe } from '../../probes/sadp/index.ts';
import type { SegmentRequest } from '../../probes/transport.ts';
import { fakeContext } from './fake-context.ts';
import { SEGMENT, SEGMENT_TABLE } from './vendor-segment-table.ts';

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
