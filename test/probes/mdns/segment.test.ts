/** What needs no multicast; conversations with real responders are in test/lab-network. */
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../probes/mdns/codec.ts';
import { decodeMdns } from '../../../probes/mdns/decode.ts';
import { reportService, reportType } from '../../../probes/mdns/report.ts';
import { mdnsSegmentProbe } from '../../../probes/mdns/segment.ts';
import type { MdnsService } from '../../../probes/mdns/services.ts';
import { FAKE_SETTINGS, fakeContext } from '../fake-context.ts';

const SERVICE: MdnsService = {
  sender: { address: '192.0.2.10', port: 5353 },
  name: 'Cam._psia._tcp.local',
  instance: 'Cam',
  type: '_psia._tcp',
  txt: [Buffer.from('a=1')],
  addresses: [],
  packet: Buffer.from('packet'),
};

describe('probes/mdns/segment', () => {
  it('sends nothing from an interface that is not ours, and ends', async () => {
    const fake = fakeContext({ ports: { mdns: [45353] }, settings: { settleMs: 20 } });
    await mdnsSegmentProbe.run({ interfaceName: 'none', address: '192.0.2.1', prefixLength: 24 }, fake.context);
    expect(fake.sent.admitted).toEqual([]);
    expect(fake.reported).toEqual([]);
  });

  it('opens nothing once aborted', async () => {
    const fake = fakeContext({ ports: { mdns: [45353] }, signal: AbortSignal.abort() });
    await mdnsSegmentProbe.run({ interfaceName: 'lo', address: '127.0.0.1', prefixLength: 8 }, fake.context);
    expect(fake.sent.admitted).toEqual([]);
  });

  it('announces its traffic a port, within the query budget', () => {
    const notes = mdnsSegmentProbe.traffic({ ...FAKE_SETTINGS, ports: { ...FAKE_SETTINGS.ports, mdns: [5353, 5354] } });
    expect(notes.map(({ to }) => to)).toEqual(['UDP 224.0.0.251:5353', 'UDP 224.0.0.251:5354']);
    expect(notes[0]?.packetsAnswered).toBe(LIMITS.queries);
    expect(notes[0]?.packetsSilent).toBeLessThanOrEqual(LIMITS.queries);
  });
});

describe('probes/mdns/report', () => {
  it('hands over a service once, and again when there is more to say', () => {
    const fake = fakeContext({ decoder: decodeMdns });
    reportService(fake.context, SERVICE);
    reportService(fake.context, SERVICE);
    reportType(fake.context, { sender: SERVICE.sender, type: '_psia._tcp', packet: SERVICE.packet });
    expect(fake.reported).toHaveLength(1);
    reportService(fake.context, { ...SERVICE, host: 'cam.local', port: 80 });
    reportService(fake.context, { ...SERVICE, sender: { address: '192.0.2.11', port: 5353 } });
    expect(fake.reported.map(({ from }) => from.address)).toEqual(['192.0.2.10', '192.0.2.10', '192.0.2.11']);
  });

  it('carries TXT names that are traps for objects', () => {
    const fake = fakeContext({ decoder: decodeMdns });
    reportService(fake.context, { ...SERVICE, txt: [Buffer.from('__proto__=x'), Buffer.from('toString=y')] });
    const line = JSON.stringify(fake.reported[0]?.response);
    expect(line).toContain('"txt":{"__proto__":"x","toString":"y"}');
    expect(fake.values('mdns.txt.__proto__')).toEqual(['x']);
  });
});
