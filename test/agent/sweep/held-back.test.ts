import { describe, expect, it } from 'vitest';
import { concludeUnasked, firstSign, groupQuestionTest, watched } from '../../../agent/sweep/held-back.ts';
import { PROBES } from '../../../probes/index.ts';
import type { AddressProbe } from '../../../probes/probe.ts';
import { fakeContext } from '../../probes/fake-context.ts';

const SEGMENT = { interfaceName: 'eth0', address: '192.0.2.1', prefixLength: 24 };
const ADDRESS = '192.0.2.7';

const named = (id: string): AddressProbe => {
  const found = PROBES.find((probe): probe is AddressProbe => probe.scope === 'address' && probe.id === id);
  if (!found) throw new Error(`no probe ${id}`);
  return found;
};

const refused = { reach: 'refused', ended: 'none', bytes: new Uint8Array() } as const;

describe('agent/sweep/held-back', () => {
  it('has a segment probe for every twin that is named', () => {
    const segments = new Set(PROBES.flatMap(({ scope, id }) => (scope === 'segment' ? [id] : [])));
    const twins = PROBES.flatMap((probe) => (probe.scope === 'address' ? (probe.groupTwin ?? []) : []));
    expect(twins.length).toBeGreaterThan(7);
    for (const twin of twins) expect(segments.has(twin), twin).toBe(true);
  });

  it('knows which questions a segment was asked: those of its own addresses, where the segment probe took part', () => {
    const wasAsked = groupQuestionTest([SEGMENT], PROBES);
    expect(wasAsked(named('dhip'), ADDRESS)).toBe(true);
    expect(wasAsked(named('dhip'), '198.51.100.7')).toBe(false);
    expect(wasAsked(named('snmp'), ADDRESS)).toBe(false);
    expect(groupQuestionTest([SEGMENT], [named('dhip')])(named('dhip'), ADDRESS)).toBe(false);
    expect(groupQuestionTest([], PROBES)(named('dhip'), ADDRESS)).toBe(false);
  });

  it('takes a connection that stands for a sign, and a refusal for none', async () => {
    const replies = { 80: refused, 554: { ...refused, reach: 'answered', ended: 'closed', connectMs: 2 } } as const;
    const { context } = fakeContext({ tcp: ({ port }) => (port === 554 ? replies[554] : replies[80]) });
    const sign = firstSign();
    const alert = watched(context, ADDRESS, sign);
    const ask = (port: number): Promise<unknown> => alert.transport.tcp({ address: ADDRESS, port, send: new Uint8Array() });
    let seen: boolean | undefined;
    void sign.seen.then((what) => (seen = what));
    await ask(80);
    expect(seen).toBeUndefined();
    await ask(554);
    expect(seen).toBe(true);
  });

  it('takes an answer of this address for a sign, not its MAC and not what another address says', async () => {
    const { context } = fakeContext();
    const sign = firstSign();
    const alert = watched(context, ADDRESS, sign);
    let seen: boolean | undefined;
    void sign.seen.then((what) => (seen = what));
    alert.report({ protocol: 'arp', from: { address: ADDRESS }, response: { mac: '02:00:00:00:00:01' } });
    alert.report({ protocol: 'snmp', from: { address: '192.0.2.8' }, response: {} });
    await Promise.resolve();
    expect(seen).toBeUndefined();
    alert.report({ protocol: 'snmp', from: { address: ADDRESS }, response: {} });
    await Promise.resolve();
    expect(seen).toBe(true);
  });

  it('sees at once that an address has answered its segment', async () => {
    const { context } = fakeContext({ known: () => [{ field: 'wsd.types', value: 'x', protocol: 'ws-discovery' }] });
    const sign = firstSign();
    watched(context, ADDRESS, sign);
    sign.giveUp();
    expect(await sign.seen).toBe(true);
  });

  it('concludes without a packet: what the group heard, silence where it was asked, spared where not even that', async () => {
    const quiet = fakeContext();
    expect(await concludeUnasked(named('dhip'), ADDRESS, quiet.context, true)).toBe('silent');
    expect(await concludeUnasked(named('dhip'), ADDRESS, quiet.context, false)).toBe('spared');
    const heard = fakeContext({ known: () => [{ field: 'dhip.present', value: 'true', protocol: 'dhip' }] });
    expect(await concludeUnasked(named('dhip'), ADDRESS, heard.context, false)).toBe('answered');
    expect(await concludeUnasked(named('mdns'), ADDRESS, heard.context, false)).toBe('spared');
    const stop = new AbortController();
    stop.abort();
    expect(await concludeUnasked(named('dhip'), ADDRESS, fakeContext({ signal: stop.signal }).context, true)).toBe('aborted');
    for (const { sent } of [quiet, heard]) expect(sent).toEqual({ tcp: [], udp: [], segment: [], admitted: [] });
  });
});
