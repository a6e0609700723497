import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeSnmp } from '../../../probes/snmp/decode.ts';
import { snmpProbe } from '../../../probes/snmp/index.ts';
import { fakeContext } from '../fake-context.ts';
import type { Fake, FakeWorld } from '../fake-context.ts';
import { closedPort, startAgent, startResponder } from './agents.ts';
import type { Running } from './agents.ts';
import { message, octets, oid, tlv, TYPE, v3Message, varbind } from './messages.ts';

const ADDRESS = '127.0.0.31';
const ENTERPRISES = '1.3.6.1.4.1';
const SYS_DESCR = '1.3.6.1.2.1.1.1.0';
const SYS_OBJECT_ID = '1.3.6.1.2.1.1.2.0';
const GET = 0xa0;
const ENGINE = Buffer.from('800017e70300408c010203', 'hex');

const running: Running[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

function keep<T extends Running>(one: T): T {
  running.push(one);
  return one;
}

function world(port: number, more: FakeWorld = {}): Fake {
  return fakeContext({ ...more, decoder: decodeSnmp, ports: { snmp: [port] }, settings: { timeoutMs: 1000, ...more.settings } });
}

/** The objects of a v1 or v2c question, in a response with `value` for those named and noSuchObject for the rest. */
function answer(
  asked: { id?: number | undefined; version: number; varbinds: readonly { oid: string }[] },
  values: Readonly<Record<string, Uint8Array>>,
): Buffer {
  const varbinds = asked.varbinds.map((pair) => varbind(pair.oid, values[pair.oid] ?? tlv(TYPE.noSuchObject)));
  return message({ version: asked.version, id: asked.id ?? 0, varbinds });
}

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

describe('probes/snmp against hostile agents', () => {
  it('calls garbage not understood and keeps it', async () => {
    const agent = keep(await startResponder(ADDRESS, () => [Buffer.from('HTTP/1.0 400 Bad Request\r\n\r\n'), Buffer.from([0x30])]));
    const fake = world(agent.port);
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('not-understood');
    expect(fake.reported.length).toBeGreaterThan(0);
    expect(fake.observed).toEqual([]);
  });

  it('calls its own question sent back not understood', async () => {
    const agent = keep(await startResponder(ADDRESS, ({ bytes }) => [bytes]));
    const fake = world(agent.port, { settings: { snmpCommunities: ['kept-private'] } });
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('not-understood');
    expect(fake.observed).toEqual([]);
    const kept = fake.reported.map(({ response }) => Buffer.from(String(response.bytes), 'base64').toString('latin1')).join();
    expect(kept).not.toContain('kept-private');
    expect(kept).toContain('************');
  });

  it('survives a v3 message with authentication flag and the id of a v2c question', async () => {
    const agent = keep(
      await startResponder(ADDRESS, ({ message: asked }) =>
        asked.version === 1 ? [v3Message(asked.id ?? 0, ENGINE, 1, 0xa2), answer(asked, { [SYS_DESCR]: octets('after all') })] : [],
      ),
    );
    const fake = world(agent.port);
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.values('snmp.sysDescr')).toEqual(['after all']);
  });

  it('survives v3 answers to the discovery that claim authentication or encryption', async () => {
    for (const flags of [1, 2, 3, 7]) {
      const agent = keep(
        await startResponder(ADDRESS, ({ message: asked }) => (asked.version === 3 ? [v3Message(asked.id ?? 0, ENGINE, flags)] : [])),
      );
      const fake: Fake = world(agent.port, { settled: () => fake.reported.length > 0 });
      expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('answered');
      expect(fake.values('snmp.engineID.mac')).toEqual(['00:40:8c:01:02:03']);
    }
  });

  it('does not believe objects it did not ask for', async () => {
    const agent = keep(
      await startResponder(ADDRESS, ({ message: asked }) =>
        asked.version === 1 && asked.varbinds.length === 3
          ? [
              message({
                id: asked.id ?? 0,
                varbinds: [varbind(`${ENTERPRISES}.39165.1.1.0`, octets('DS-2CD9999-I')), varbind(SYS_DESCR, octets('printer'))],
              }),
            ]
          : [],
      ),
    );
    const fake = world(agent.port);
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.values('snmp.sysDescr')).toEqual(['printer']);
    expect(fake.values('snmp.enterprise')).toEqual([]);
  });

  it('ignores an answer from another address or port', async () => {
    const agent = keep(
      await startResponder(ADDRESS, ({ message: asked, sender }) => {
        const other = createSocket('udp4');
        other.bind(0, '127.0.0.32', () =>
          other.send(answer(asked, { [SYS_DESCR]: octets('impostor') }), sender.port, sender.address, () => other.close()),
        );
        return [];
      }),
    );
    const fake = world(agent.port);
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('silent');
    expect(fake.reported).toEqual([]);
  });

  it('ignores a wrong request id and takes the right one', async () => {
    const agent = keep(
      await startResponder(ADDRESS, ({ message: asked }) => {
        if (asked.version === 3) return [];
        const wrong = { ...asked, id: (asked.id ?? 0) + 1 };
        return [
          answer(wrong, { [SYS_DESCR]: octets('wrong') }),
          answer(asked, { [SYS_DESCR]: octets('right'), [SYS_OBJECT_ID]: oid('1.3.6.1.4.1.368.1') }),
        ];
      }),
    );
    const fake = world(agent.port);
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.values('snmp.sysDescr')).toEqual(['right']);
    expect(fake.values('snmp.sysObjectID.enterprise')).toEqual(['368']);
  });

  it('hangs up on a flood', async () => {
    const agent = keep(await startResponder(ADDRESS, () => Array.from({ length: 500 }, () => Buffer.from('spam spam spam'))));
    const fake = world(agent.port, { settings: { timeoutMs: 15_000 } });
    expect(await snmpProbe.run(ADDRESS, fake.context)).toBe('not-understood');
    expect(fake.reported.length).toBeLessThanOrEqual(4);
  });

  it('survives mutated answers', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return state % below;
    };
    const agent = keep(
      await startResponder(ADDRESS, ({ message: asked }) => {
        const right = asked.version === 3 ? v3Message(asked.id ?? 0, ENGINE) : answer(asked, { [SYS_DESCR]: octets('Camera') });
        // Behind the id, so that the library gets to see it.
        const from = asked.version === 3 ? 40 : 24;
        for (let flips = random(4); flips > 0; flips--) right[from + random(right.length - from)] = random(256);
        return [right];
      }),
    );
    for (let round = 0; round < 25; round++) {
      const fake = world(agent.port, { settled: () => true });
      expect(['answered', 'not-understood', 'silent'], `seed ${seed}`).toContain(await snmpProbe.run(ADDRESS, fake.context));
    }
  }, 120_000);
});
