import { describe, expect, it } from 'vitest';
import { mdnsProbe } from '../../../probes/mdns/address.ts';
import { decodeMdns } from '../../../probes/mdns/decode.ts';
import { fakeContext } from '../fake-context.ts';
import type { FakeWorld } from '../fake-context.ts';
import { announce, AXIS, flood, offer } from './packets.ts';

const world = (rest: FakeWorld): FakeWorld => ({ decoder: { mdns: decodeMdns }, ...rest });
const ADDRESS = '192.0.2.10';

describe('probes/mdns/address', () => {
  it('asks once where the answer is whole, and records a service with its bytes', async () => {
    const fake = fakeContext(world({ udp: () => [announce(AXIS)] }));
    expect(await mdnsProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.sent.udp.map(({ address, port }) => [address, port])).toEqual([[ADDRESS, 5353]]);
    expect(fake.reported).toEqual([
      {
        protocol: 'mdns',
        from: { address: ADDRESS, port: 5353 },
        response: {
          instance: AXIS.instance,
          type: '_axis-video._tcp',
          txt: { macaddress: 'B8A44F000001', bare: 'true' },
          host: AXIS.host,
          port: 80,
          addresses: ['192.0.2.10'],
          bytes: Buffer.from(announce(AXIS)).toString('base64'),
        },
      },
    ]);
  });

  it('sends one follow-up at most, for what is missing', async () => {
    const bare = { instance: 'Cam', type: '_psia._tcp' };
    const fake = fakeContext(world({ udp: (_, index) => (index === 0 ? [announce(bare), offer('_arec._tcp', '_odd._tcp')] : 'silent') }));
    expect(await mdnsProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.sent.udp).toHaveLength(2);
    const followUp = Buffer.from(fake.sent.udp[1]?.payloads[0] ?? []);
    expect(followUp.readUInt16BE(4)).toBe(3); // SRV and TXT of Cam, PTR of _odd; _arec was in the first packet
    expect(fake.values('mdns.type')).toEqual(['_psia._tcp', '_arec._tcp', '_odd._tcp']);
  });

  // Avahi 0.8 drops from a legacy answer what does not fit into 512 bytes next to the questions it repeats.
  it('asks few questions a packet, so that the answer has room', async () => {
    const bare = Array.from({ length: 30 }, (_, index) => announce({ instance: `Cam ${index}`, type: '_psia._tcp' }));
    const fake = fakeContext(world({ udp: (_, index) => (index === 0 ? bare : 'silent') }));
    await mdnsProbe.run(ADDRESS, fake.context);
    const counts = fake.sent.udp.flatMap(({ payloads }) => payloads.map((bytes) => Buffer.from(bytes).readUInt16BE(4)));
    expect(counts).toEqual([7, 7]);
  });

  it('follows up nothing at a settled address', async () => {
    const fake = fakeContext(world({ udp: () => [announce({ instance: 'Cam', type: '_psia._tcp' })], settled: () => true }));
    expect(await mdnsProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.sent.udp).toHaveLength(1);
  });

  it('sends nothing where multicast already brought a service', async () => {
    const fake = fakeContext(world({ known: () => [{ field: 'mdns.instance', value: 'Cam' }] }));
    expect(await mdnsProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.sent.udp).toEqual([]);
  });

  it.each(['silent', 'refused', 'unreachable', 'excluded', 'aborted'] as const)('passes on that it ended %s', async (reach) => {
    const fake = fakeContext(world({ udp: () => reach }));
    expect(await mdnsProbe.run(ADDRESS, fake.context)).toBe(reach);
    expect(fake.reported).toEqual([]);
  });

  it('keeps answers it does not understand, one by one', async () => {
    const fake = fakeContext(world({ udp: () => [Buffer.from('not dns at all'), flood(300)] }));
    expect(await mdnsProbe.run(ADDRESS, fake.context)).toBe('not-understood');
    expect(fake.reported.map(({ response }) => Object.keys(response))).toEqual([['bytes'], ['bytes']]);
  });

  it('does not take the word of another sender', async () => {
    const fake = fakeContext(world({ udp: () => [{ bytes: announce(AXIS), from: { address: '192.0.2.99', port: 5353 } }] }));
    expect(await mdnsProbe.run(ADDRESS, fake.context)).toBe('not-understood');
    expect(fake.reported).toEqual([]);
  });

  it('asks every configured port and no other', async () => {
    const fake = fakeContext(world({ ports: { mdns: [5353, 15353] } }));
    await mdnsProbe.run(ADDRESS, fake.context);
    expect(fake.sent.udp.map(({ port }) => port)).toEqual([5353, 15353]);
    expect(await mdnsProbe.run(ADDRESS, fakeContext(world({ ports: { mdns: [] } })).context)).toBe('excluded');
  });

  it('sends no more than it says it sends', async () => {
    const fake = fakeContext(world({ udp: () => [announce({ instance: 'Cam', type: '_psia._tcp' })] }));
    await mdnsProbe.run(ADDRESS, fake.context);
    const [note] = mdnsProbe.traffic(fake.context.settings);
    expect(fake.sent.udp.length).toBeLessThanOrEqual(note?.packetsAnswered ?? 0);
    const bytes = fake.sent.udp.flatMap(({ payloads }) => payloads).reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeLessThanOrEqual(note?.bytes ?? 0);
  });
});
