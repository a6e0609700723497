/** What the SNMP probe asks honest agents, and what it learns from them. */
import { afterEach, describe, expect, it } from 'vitest';
import { snmpProbe } from '../../../probes/snmp/index.ts';
import { closedPort, startAgent, startResponder } from './agents.ts';
import { message, octets, TYPE, tlv, varbind } from './messages.ts';
import { answer, ENTERPRISES, keep, stopKept, SYS_DESCR, SYS_OBJECT_ID, world } from './world.ts';

const ADDRESS = '127.0.0.31';
const GET = 0xa0;

afterEach(stopKept);

describe('probes/snmp', () => {
  it('asks an agent in v2c and v3 and follows up with vendor objects', async () => {
    const objects = {
      [SYS_DESCR]: 'Recorder products',
      [SYS_OBJECT_ID]: '1.3.6.1.4.1.50001',
      '1.3.6.1.2.1.1.5.0': 'nvr-1',
      [`${ENTERPRISES}.50001.1.3.0`]: '0820160719AARR624053979WCVU',
    };
    const agent = keep(await startAgent(ADDRESS, { objects }));
    const fake = world(agent.port);
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.values('snmp.sysDescr')).toEqual(['Recorder products']);
    expect(fake.values('snmp.sysObjectID')).toEqual(['1.3.6.1.4.1.50001']);
    expect(fake.values('snmp.enterprise')).toEqual(['50001']);
    expect(fake.values(`snmp.oid.${ENTERPRISES}.50001.1.3.0`)).toEqual(['0820160719AARR624053979WCVU']);
    expect(fake.values('snmp.engineID')).toEqual(['8000018003004e41000001']);
    for (const { response } of fake.reported) expect(Object.keys(response)).toEqual(['bytes']);
  });

  it('finds a camera whose system group is empty', async () => {
    const objects = { [`${ENTERPRISES}.39165.1.1.0`]: 'DS-2CD2185FWD-I', [`${ENTERPRISES}.39165.1.4.0`]: '44-19-B6-01-02-03' };
    const agent = keep(await startAgent(ADDRESS, { objects }));
    const fake = world(agent.port);
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.values('snmp.sysDescr')).toEqual([]);
    expect(fake.values(`snmp.oid.${ENTERPRISES}.39165.1.1.0`)).toEqual(['DS-2CD2185FWD-I']);
    expect(fake.values(`snmp.oid.${ENTERPRISES}.39165.1.4.0`)).toEqual(['44:19:b6:01:02:03']);
  });

  it('asks objects one by one of an agent that speaks v1 only, where noSuchName is presence', async () => {
    const model = `${ENTERPRISES}.39165.1.1.0`;
    const agent = keep(
      await startResponder(ADDRESS, ({ message: asked }) => {
        if (asked.version !== 0) return [];
        const [first] = asked.varbinds;
        const known = asked.varbinds.every((pair) => pair.oid.startsWith(`${ENTERPRISES}.39165.`));
        if (known) return [answer(asked, Object.fromEntries(asked.varbinds.map((pair) => [pair.oid, octets('DS-7608NI-I2')])))];
        return [message({ version: 0, id: asked.id ?? 0, status: 2, index: 1, varbinds: [varbind(first?.oid ?? '1.3', tlv(TYPE.null))] })];
      }),
    );
    const fake = world(agent.port, { known: () => [{ field: 'link.mac', value: '44:19:b6:01:02:03' }] });
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.values(`snmp.oid.${model}`)).toEqual(['DS-7608NI-I2']);
    expect(agent.asked.map(({ version, varbinds }) => [version, varbinds.length])).toEqual([
      [1, 3],
      [3, 0],
      [0, 3],
      [0, 1],
      [0, 2],
    ]);
  });

  it('costs a silent address nobody knows two packets', async () => {
    const agent = keep(await startResponder(ADDRESS, () => []));
    const fake = world(agent.port);
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('silent');
    expect(agent.asked.map(({ version, pduType }) => [version, pduType])).toEqual([
      [1, GET],
      [3, GET],
    ]);
    expect(fake.reported).toEqual([]);
    const [first] = snmpProbe.traffic(fake.context.settings);
    expect(first?.packetsSilent).toBe(2);
  });

  it('asks no more than its traffic notes say', async () => {
    const agent = keep(
      await startResponder(ADDRESS, ({ message: asked }) =>
        asked.version === 3 ? [] : [message({ version: asked.version, id: asked.id ?? 0, status: 5 })],
      ),
    );
    const fake = world(agent.port);
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('answered');
    const noted = snmpProbe.traffic(fake.context.settings).reduce((sum, note) => sum + note.packetsAnswered, 0);
    expect(agent.asked.length).toBeGreaterThan(2);
    expect(agent.asked.length).toBeLessThanOrEqual(noted);
  });

  it('leaves an identified device in peace after its first answer', async () => {
    const agent = keep(await startAgent(ADDRESS, { objects: { [SYS_DESCR]: 'x' } }));
    const fake = world(agent.port, { settled: () => true });
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.sent.admitted).toHaveLength(1);
  });

  it('sees a refused port at once', async () => {
    const fake = world(await closedPort(ADDRESS));
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('refused');
  });

  it('ends aborted when the scan does', async () => {
    const agent = keep(await startResponder(ADDRESS, () => []));
    const controller = new AbortController();
    const fake = world(agent.port, { signal: controller.signal, settings: { timeoutMs: 15_000 } });
    setTimeout(() => controller.abort(), 50);
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('aborted');
  });

  it('is excluded when the transport does not admit it', async () => {
    const fake = world(1);
    const transport = { ...fake.context.transport, admit: () => Promise.resolve(undefined) };
    expect(await snmpProbe.run(ADDRESS, { ...fake.context, transport })).toBe('excluded');
  });

  it('keeps a configured community out of its recordings', async () => {
    const agent = keep(await startAgent(ADDRESS, { objects: { [SYS_DESCR]: 'x' }, community: 'kept-private' }));
    const fake = world(agent.port, { settings: { snmpCommunities: ['kept-private'] } });
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.values('snmp.sysDescr')).toEqual(['x']);
    const kept = fake.reported.map(
      ({ request, response }) => JSON.stringify(request) + Buffer.from(String(response.bytes), 'base64').toString('latin1'),
    );
    expect(kept.join()).not.toContain('kept-private');
  });
});

describe('probes/snmp with a v3 user', () => {
  const user = { name: 'reader', authProtocol: 'sha256', authKey: 'authentication', privProtocol: 'aes', privKey: 'privacy-key' } as const;
  const objects = { [SYS_DESCR]: 'Network Camera', [`${ENTERPRISES}.1004849.2.1.2.6.0`]: 'DH-X', '1.3.6.1.2.1.2.2.1.6.2.0': 'unused' };

  it('reads with the user the configuration names, and keeps no digest', async () => {
    const agent = keep(await startAgent(ADDRESS, { objects, community: 'other', user }));
    const fake = world(agent.port, { settings: { snmpUsers: [user] } });
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.values('snmp.sysDescr')).toEqual(['Network Camera']);
    expect(fake.values(`snmp.oid.${ENTERPRISES}.1004849.2.1.2.6.0`)).toEqual(['DH-X']);
    const withUser = fake.reported.filter(({ request }) => request?.user === 'reader');
    expect(withUser.map(({ response }) => Object.keys(response))).toEqual([
      ['varbinds', 'engineID'],
      ['varbinds', 'engineID'],
    ]);
  });

  it('shows presence and engine ID without any user', async () => {
    const agent = keep(await startAgent(ADDRESS, { objects, community: 'other' }));
    const fake = world(agent.port);
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.values('snmp.engineID.enterprise')).toEqual(['384']);
    expect(fake.values('snmp.sysDescr')).toEqual([]);
  });
});
