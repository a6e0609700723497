import { describe, expect, it } from 'vitest';
import { decodeSsdp } from '../../../probes/ssdp/decode.ts';
import { ssdpProbe, ssdpSegmentProbe } from '../../../probes/ssdp/index.ts';
import type { UdpAnswer } from '../../../probes/transport.ts';
import { fakeContext } from '../fake-context.ts';
import type { FakeWorld } from '../fake-context.ts';
import { DESCRIPTION, httpReply, reply } from './messages.ts';

const world = (rest: FakeWorld): FakeWorld => ({ decoder: { ssdp: decodeSsdp }, tcp: () => httpReply(DESCRIPTION), ...rest });
const from = (address: string, bytes: Uint8Array): UdpAnswer => ({ bytes, from: { address, port: 1900 } });
const at = (address: string, path = '/d.xml'): string => `http://${address}:80${path}`;
const SEGMENT = { interfaceName: 'eth0', address: '192.0.2.1', prefixLength: 24 };

describe('probes/ssdp segment probe', () => {
  it('searches the group from the interface, twice, and reads one description an address', async () => {
    const answers = [
      from('192.0.2.10', reply({ st: 'upnp:rootdevice', location: at('192.0.2.10') })),
      from('192.0.2.10', reply({ location: at('192.0.2.10') })),
      from('198.51.100.7', reply({ location: at('198.51.100.7') })),
    ];
    const fake = fakeContext(world({ segment: () => [...answers, ...answers] }));
    await ssdpSegmentProbe.run(SEGMENT, fake.context);
    expect(fake.sent.segment[0]).toMatchObject({
      localAddress: '192.0.2.1',
      destinations: [{ address: '239.255.255.250', port: 1900 }],
      sendAtMs: [0, 250],
      listenMs: 500,
    });
    expect(fake.sent.segment[0]?.payloads.map((bytes) => /\nST: (.*)\r/.exec(Buffer.from(bytes).toString())?.[1])).toEqual([
      'upnp:rootdevice',
      'ssdp:all',
      'urn:schemas-upnp-org:service:EmbeddedNetDeviceControl:1',
    ]);
    expect(fake.sent.tcp.map(({ address }) => address)).toEqual(['192.0.2.10', '198.51.100.7']);
    expect(fake.reported).toHaveLength(5); // three distinct answers, two descriptions
  });

  it('never asks another address than the one that answered', async () => {
    const fake = fakeContext(world({ segment: () => [from('192.0.2.10', reply({ location: at('192.0.2.66') }))] }));
    await ssdpSegmentProbe.run(SEGMENT, fake.context);
    expect(fake.sent.tcp).toEqual([]);
    expect(fake.values('ssdp.location.path')).toEqual(['/d.xml']);
  });

  it('reads the description that looks like a camera or recorder where a host has several', async () => {
    const answers = [
      from('192.0.2.10', reply({ st: 'upnp:rootdevice', location: at('192.0.2.10', '/media.xml') })),
      from('192.0.2.10', reply({ location: at('192.0.2.10', '/upnpdevicedesc.xml') })),
      from('192.0.2.10', reply({ location: at('192.0.2.66', '/upnpdevicedesc.xml') })),
    ];
    const fake = fakeContext(world({ segment: () => answers }));
    await ssdpSegmentProbe.run(SEGMENT, fake.context);
    expect(fake.sent.tcp.map(({ send }) => Buffer.from(send).toString().split('\r')[0])).toEqual(['GET /upnpdevicedesc.xml HTTP/1.1']);
  });

  it('asks no description of the settled, the described, or once aborted', async () => {
    const segment = (): UdpAnswer[] => [from('192.0.2.10', reply({ location: at('192.0.2.10') }))];
    const abort = new AbortController();
    const worlds: FakeWorld[] = [
      { segment, settled: () => true },
      { segment, known: () => [{ field: 'upnp.UDN', value: 'uuid:1' }] },
      { segment: () => (abort.abort(), segment()), signal: abort.signal },
    ];
    for (const rest of worlds) {
      const fake = fakeContext(world(rest));
      await ssdpSegmentProbe.run(SEGMENT, fake.context);
      expect(fake.sent.tcp).toEqual([]);
      expect(fake.reported).toHaveLength(1);
    }
  });

  it('keeps a bounded number of answers of one address, and one it does not understand', async () => {
    const inventive = Array.from({ length: 500 }, (_, index) => from('192.0.2.10', reply({ usn: `uuid:${index}` })));
    const garbage = Array.from({ length: 50 }, (_, index) => from('192.0.2.11', Buffer.from(`?${index}`)));
    const fake = fakeContext(world({ segment: () => [...inventive, ...garbage] }));
    await ssdpSegmentProbe.run(SEGMENT, fake.context);
    expect(fake.reported.filter((answer) => answer.from.address === '192.0.2.10')).toHaveLength(24);
    expect(fake.reported.filter((answer) => answer.from.address === '192.0.2.11')).toHaveLength(1);
  });

  it('gives answers the seconds the settle time holds', () => {
    const mx = (settleMs: number): Promise<string | undefined> => {
      const fake = fakeContext(world({ settings: { settleMs } }));
      return ssdpSegmentProbe
        .run(SEGMENT, fake.context)
        .then(() => /MX: (\d)/.exec(Buffer.from(fake.sent.segment[0]?.payloads[0] ?? []).toString())?.[1]);
    };
    return expect(Promise.all([mx(300), mx(1200), mx(2300), mx(60_000)])).resolves.toEqual(['1', '1', '2', '5']);
  });
});

describe('probes/ssdp address probe', () => {
  it('searches by unicast, then reads the description', async () => {
    const fake = fakeContext(world({ udp: () => [reply({ location: at('192.0.2.10') })] }));
    expect(await ssdpProbe.run('192.0.2.10', fake.context)).toBe('answered');
    const payloads = fake.sent.udp.flatMap((request) => request.payloads.map((bytes) => Buffer.from(bytes).toString()));
    expect(payloads.map((text) => /HOST: (.*)\r/.exec(text)?.[1])).toEqual(['192.0.2.10:1900', '192.0.2.10:1900']);
    expect(fake.values('upnp.modelName')).toEqual(['R-1']);
    const [note] = ssdpProbe.traffic(fake.context.settings);
    expect(payloads).toHaveLength(note?.packetsSilent ?? 0);
  });

  it('sends nothing where multicast already brought an answer', async () => {
    const fake = fakeContext(world({ known: () => [{ field: 'ssdp.usn', value: 'uuid:1' }] }));
    expect(await ssdpProbe.run('192.0.2.10', fake.context)).toBe('answered');
    expect(fake.sent.udp).toEqual([]);
  });

  it.each(['silent', 'refused', 'unreachable', 'excluded', 'aborted'] as const)('passes on that it ended %s', async (reach) => {
    const fake = fakeContext(world({ udp: () => reach }));
    expect(await ssdpProbe.run('192.0.2.10', fake.context)).toBe(reach);
    expect(fake.reported).toEqual([]);
  });

  it('keeps what it does not understand', async () => {
    const fake = fakeContext(world({ udp: () => ['HTTP/1.0 400 Bad Request\r\n\r\n'] }));
    expect(await ssdpProbe.run('192.0.2.10', fake.context)).toBe('not-understood');
    expect(fake.reported).toHaveLength(1);
    expect(fake.sent.tcp).toEqual([]);
  });

  it('asks nothing without a port, and nothing once aborted', async () => {
    expect(await ssdpProbe.run('192.0.2.10', fakeContext(world({ ports: { ssdp: [] } })).context)).toBe('excluded');
    expect(await ssdpProbe.run('192.0.2.10', fakeContext(world({ signal: AbortSignal.abort() })).context)).toBe('aborted');
  });
});
