/** Agents that answer with garbage, with the words of others, or without end. */
import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { snmpProbe } from '../../../probes/snmp/index.ts';
import type { Fake } from '../fake-context.ts';
import { startResponder } from './agents.ts';
import { message, octets, oid, v3Message, varbind } from './messages.ts';
import { answer, ENGINE, ENTERPRISES, keep, stopKept, SYS_DESCR, SYS_OBJECT_ID, world } from './world.ts';

/** Not the one of index.test.ts: the two files run at the same time, and there a port is closed on purpose. */
const ADDRESS = '127.0.0.33';

afterEach(stopKept);

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
