import { encode } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { LIMITS, META_QUERY, readPacket } from '../../../probes/mdns/codec.ts';
import { createCollector, isWhole } from '../../../probes/mdns/services.ts';
import type { Collector } from '../../../probes/mdns/services.ts';
import { announce, AXIS, offer } from './packets.ts';

function add(collector: Collector, bytes: Uint8Array, address: string): boolean {
  const reading = readPacket(bytes);
  return 'packet' in reading && collector.add(reading.packet, { address, port: 5353 }, bytes);
}

describe('probes/mdns/services', () => {
  it('groups the records of one packet into a service', () => {
    const collector = createCollector();
    add(collector, announce(AXIS), '192.0.2.10');
    const [service] = collector.services();
    expect(service).toMatchObject({
      instance: AXIS.instance,
      type: '_axis-video._tcp',
      host: AXIS.host,
      port: 80,
      addresses: ['192.0.2.10'],
      sender: { address: '192.0.2.10' },
    });
    expect(service && isWhole(service)).toBe(true);
    expect(collector.missing(new Set())).toEqual([]);
  });

  it('keeps two hosts with the same instance name apart, whatever their A records claim', () => {
    const collector = createCollector();
    add(collector, announce(AXIS), '192.0.2.10');
    add(collector, announce(AXIS), '192.0.2.11');
    expect(collector.services().map(({ sender, addresses }) => [sender.address, addresses])).toEqual([
      ['192.0.2.10', ['192.0.2.10']],
      ['192.0.2.11', ['192.0.2.10']],
    ]);
  });

  it('joins what comes in several packets, and asks for what did not come', () => {
    const collector = createCollector();
    const bare = { instance: 'Cam', type: '_psia._tcp' };
    add(collector, announce(bare), '192.0.2.12');
    expect(collector.missing(new Set())).toEqual([
      { name: 'Cam._psia._tcp.local', type: 'TXT' },
      { name: 'Cam._psia._tcp.local', type: 'SRV' },
    ]);
    expect(collector.missing(new Set(['SRV cam._psia._tcp.local']))).toEqual([{ name: 'Cam._psia._tcp.local', type: 'TXT' }]);
    add(collector, announce({ ...bare, host: 'cam.local', txt: ['a=1'] }), '192.0.2.12');
    expect(collector.services()).toHaveLength(1);
    expect(collector.missing(new Set())).toEqual([]);
  });

  it('lists offered types until an instance of them is known, and asks for their instances', () => {
    const collector = createCollector();
    add(collector, offer('_psia._tcp', '_http._tcp', '_PSIA._tcp'), '192.0.2.13');
    expect(collector.offered().map(({ type }) => type)).toEqual(['_psia._tcp', '_http._tcp']);
    expect(collector.missing(new Set(['PTR _http._tcp.local']))).toEqual([{ name: '_psia._tcp.local', type: 'PTR' }]);
    add(collector, announce({ instance: 'Cam', type: '_psia._tcp', host: 'cam.local', txt: [] }), '192.0.2.13');
    expect(collector.offered().map(({ type }) => type)).toEqual(['_http._tcp']);
  });

  it('ignores queries, and says what it could not use', () => {
    const collector = createCollector();
    const query = encode({ type: 'query', questions: [{ name: META_QUERY, type: 'PTR' }] });
    expect(add(collector, query, '192.0.2.14')).toBe(false);
    const odd = encode({ type: 'response', answers: [{ name: 'x.example', type: 'PTR', ttl: 9, data: 'y.example' }] });
    expect(add(collector, odd, '192.0.2.14')).toBe(false);
    expect(collector.services()).toEqual([]);
  });

  it('stays bounded under a sender that invents services, types and addresses', () => {
    const collector = createCollector();
    for (let index = 0; index < 500; index++) {
      add(
        collector,
        announce({ instance: `i${index}`, type: '_http._tcp', host: 'h.local', address: `192.0.2.${index % 256}` }),
        '192.0.2.15',
      );
      add(collector, offer(`_a${index}._tcp`), '192.0.2.15');
    }
    expect(collector.services()).toHaveLength(LIMITS.servicesPerSender);
    expect(collector.offered()).toHaveLength(LIMITS.types);
    expect(collector.services()[0]?.addresses).toHaveLength(LIMITS.addressesPerHost);
  });
});
