import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../agent/clock.ts';
import { loadEngine } from '../../../agent/commands/engine.ts';
import type { ListenEvents } from '../../../agent/net/listen.ts';
import { watch, WATCH_LIMITS, type WatchedHost, type WatchLimits, type WatchSource } from '../../../agent/sweep/watch.ts';
import { readChatter, type ChatterChannel } from '../../../probes/chatter.ts';
import type { Recording } from '../../../probes/recording.ts';
import { channel, discovery, notify, QUESTIONS, twoServices } from '../../probes/chatter-samples.ts';
import { SAMPLES } from '../../probes/vendor-samples.ts';

const { signatures } = loadEngine();

interface Stage {
  /** A datagram, and time for the sentence to end. */
  readonly say: (address: string, where: ChatterChannel, bytes: Uint8Array) => Promise<void>;
  readonly neighbours: Map<string, string>;
  /** Lets time pass, timers firing in their order. */
  readonly pass: (ms: number) => Promise<void>;
  readonly told: WatchedHost[];
  readonly recordings: Recording[];
  readonly end: () => ReturnType<typeof watch>;
}

/** Time that stands still until it is told to pass. */
function fakeClock(): Clock & { pass: (ms: number) => Promise<void> } {
  let nowMs = 0;
  const timers = new Set<{ atMs: number; ring: () => void }>();
  return {
    nowMs: () => nowMs,
    timestamp: () => new Date(nowMs).toISOString(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const ring = (): void => {
          signal.removeEventListener('abort', ring);
          resolve();
        };
        timers.add({ atMs: nowMs + ms, ring });
        signal.addEventListener('abort', ring, { once: true });
      }),
    pass: async (ms) => {
      const untilMs = nowMs + ms;
      for (;;) {
        const next = [...timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!next) break;
        timers.delete(next);
        nowMs = next.atMs;
        next.ring();
        await sleep(0);
      }
      nowMs = untilMs;
      await sleep(0);
    },
  };
}

interface Options {
  readonly limits?: Partial<WatchLimits>;
  readonly accepts?: WatchSource['accepts'];
  readonly neighbours?: readonly (readonly [address: string, mac: string])[];
  readonly onHosts?: (hosts: readonly WatchedHost[]) => void;
}

async function open({ limits = {}, accepts = () => true, neighbours = [], onHosts }: Options = {}): Promise<Stage> {
  const clock = fakeClock();
  const stop = new AbortController();
  const table = new Map(neighbours);
  const told: WatchedHost[] = [];
  const recordings: Recording[] = [];
  let heard: ListenEvents['onDatagram'] = () => undefined;
  const source: WatchSource = {
    accepts,
    neighbours: () => Promise.resolve(new Map(table)),
    listen: (channels, { onDatagram }) => {
      heard = onDatagram;
      return Promise.resolve({ channels, close: () => (heard = () => undefined) });
    },
  };
  const running = watch(
    source,
    { clock, signatures, limits: { ...WATCH_LIMITS, ...limits } },
    {
      onListening: () => undefined,
      onRecording: (recording) => recordings.push(recording),
      onHosts: (hosts) => {
        told.push(...hosts);
        onHosts?.(hosts);
      },
      onProblem: () => undefined,
    },
    stop.signal,
  );
  running.catch(() => undefined);
  await sleep(0);
  return {
    told,
    recordings,
    neighbours: table,
    pass: clock.pass,
    say: async (address, where, bytes) => {
      heard({ channel: where, bytes, from: { address, port: where.port } });
      await clock.pass(250);
    },
    end: () => {
      stop.abort();
      return running;
    },
  };
}

const CAMERA = '192.0.2.10';
const MAC = '44:19:b6:00:00:11';
const WSD = channel('ws-discovery');
const SSDP = channel('ssdp');

describe('agent/sweep/watch', () => {
  it('tells of a device once it has spoken, with what its words say', async () => {
    const { say, told, end } = await open();
    await say(CAMERA, channel('sadp'), SAMPLES.sadp);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ firstHeardAt: '1970-01-01T00:00:00.000Z', heardBy: ['SADP'], left: false });
    expect(told[0]?.host.identity()).toMatchObject({ maker: { value: 'hikvision' }, surveillance: true, certainty: 'confirmed' });
    expect((await end()).hosts.map(({ host }) => host.address)).toEqual([CAMERA]);
  });

  it('has nothing to say of those who only ask', async () => {
    const { say, told, recordings, end } = await open();
    for (const [, where, bytes] of QUESTIONS) await say('192.0.2.2', where, bytes);
    expect(told).toEqual([]);
    expect(recordings).toEqual([]);
    expect((await end()).hosts).toEqual([]);
  });

  it('waits for the rest of a sentence, and no longer', async () => {
    const stage = await open();
    const first = stage.say(CAMERA, WSD, discovery('Hello'));
    await stage.say(CAMERA, SSDP, notify());
    await first;
    expect(stage.told.map(({ host }) => host.recordings)).toEqual([2]);
    await stage.end();
  });

  it('records a repeated statement once, word for word the same or not', async () => {
    const { say, recordings, told, end } = await open();
    for (let copy = 0; copy < 5; copy++) await say(CAMERA, WSD, discovery('Hello'));
    for (let copy = 0; copy < 5; copy++)
      await say(CAMERA, WSD, discovery('Hello', { messageId: `00000000-0000-4000-8000-00000000000${copy}` }));
    for (let copy = 0; copy < 5; copy++) await say(CAMERA, SSDP, notify({ bootId: copy, date: `copy ${copy}` }));
    for (let copy = 0; copy < 5; copy++) await say(CAMERA, channel('mdns'), twoServices());
    expect(recordings.map(({ protocol }) => protocol)).toEqual(['ws-discovery', 'ssdp', 'mdns', 'mdns']);
    expect(told).toHaveLength(3);
    await end();
  });

  it('records what can be judged again: ids of their own, times, senders, bytes', async () => {
    const { say, recordings, end } = await open();
    await say(CAMERA, WSD, discovery('Hello'));
    expect(recordings).toEqual([
      {
        id: `${CAMERA}/1`,
        at: '1970-01-01T00:00:00.000Z',
        protocol: 'ws-discovery',
        from: { address: CAMERA, port: 3702, mac: undefined },
        request: undefined,
        response: readChatter(WSD, discovery('Hello'), { address: CAMERA, port: 3702 }).words[0]?.answer.response,
      },
    ]);
    await end();
  });

  it('hears a farewell, a return, and both only once', async () => {
    const { say, told, end } = await open();
    await say(CAMERA, SSDP, notify());
    for (let copy = 0; copy < 3; copy++) await say(CAMERA, SSDP, notify({ nts: 'ssdp:byebye' }));
    for (let copy = 0; copy < 3; copy++) await say(CAMERA, SSDP, notify());
    expect(told.map(({ left }) => left)).toEqual([false, true, false]);
    await end();
  });

  it('leaves out senders that are not to be heard', async () => {
    const { say, told, end } = await open({ accepts: (address) => address !== '172.17.0.5' });
    await say('172.17.0.5', WSD, discovery('Hello'));
    expect(told).toEqual([]);
    await end();
  });

  it('tells of neighbours that come, not of those that were there', async () => {
    const { neighbours, pass, told, recordings, end } = await open({ neighbours: [['192.0.2.1', '00:00:5e:00:53:01']] });
    await pass(1000);
    expect(told).toEqual([]);
    neighbours.set(CAMERA, MAC);
    await pass(1000);
    expect(told.map(({ host, heardBy }) => [host.address, host.identity().mac, heardBy])).toEqual([[CAMERA, MAC, ['neighbour table']]]);
    expect(recordings.map(({ protocol, response }) => [protocol, response])).toEqual([['arp', { mac: MAC }]]);
    neighbours.delete(CAMERA);
    await pass(1000);
    neighbours.set(CAMERA, MAC);
    await pass(1000);
    expect(recordings).toHaveLength(1);
    await end();
  });

  it('puts the MAC to a host that was a neighbour before, or becomes one after', async () => {
    const { say, neighbours, pass, recordings, told, end } = await open({ neighbours: [[CAMERA, MAC]] });
    await say(CAMERA, WSD, discovery('Hello'));
    expect(recordings[0]?.from.mac).toBe(MAC);
    await say('192.0.2.11', WSD, discovery('Hello', { address: '192.0.2.11' }));
    neighbours.set('192.0.2.11', '44:19:b6:00:00:12');
    await pass(1000);
    expect(told.at(-1)?.host.identity().mac).toBe('44:19:b6:00:00:12');
    await end();
  });

  it('starts anew when another device takes over an address, and is not made dizzy by two that fight over it', async () => {
    const { say, neighbours, pass, recordings, told, end } = await open({ neighbours: [[CAMERA, MAC]] });
    await say(CAMERA, channel('sadp'), SAMPLES.sadp);
    const before = told.at(-1)?.host;
    neighbours.set(CAMERA, '00:00:5e:00:53:77');
    await pass(1000);
    const after = told.at(-1)?.host;
    expect(after).not.toBe(before);
    expect(after?.observations.map(({ value }) => value)).toEqual(['00:00:5e:00:53:77']);
    expect(new Set(recordings.map(({ id }) => id)).size).toBe(recordings.length);

    const count = recordings.length;
    for (let turn = 0; turn < 20; turn++) {
      neighbours.set(CAMERA, turn % 2 === 0 ? MAC : '00:00:5e:00:53:77');
      await pass(500);
    }
    expect(recordings.length).toBe(count);
    neighbours.set(CAMERA, MAC);
    await pass(70_000);
    expect(recordings.length).toBe(count + 1);
    await end();
  });

  it('keeps so many recordings of a host and no more', async () => {
    const { say, recordings, end } = await open({ limits: { recordingsPerHost: 5 } });
    for (let index = 0; index < 40; index++) await say(CAMERA, SSDP, notify({ nt: `urn:x:service:${index}` }));
    expect(recordings).toHaveLength(5);
    await say('192.0.2.11', SSDP, notify());
    expect(recordings).toHaveLength(6);
    await end();
  });

  it('forgets the longest unheard host when there are too many, and knows it afresh when it is back', async () => {
    const { say, recordings, end } = await open({ limits: { hosts: 3 } });
    for (let index = 1; index <= 5; index++) await say(`192.0.2.${index}`, SSDP, notify());
    await say('192.0.2.1', SSDP, notify());
    const { hosts, forgotten } = await end();
    expect(hosts.map(({ host }) => host.address)).toEqual(['192.0.2.4', '192.0.2.5', '192.0.2.1']);
    expect(forgotten).toBe(3);
    expect(new Set(recordings.map(({ id }) => id)).size).toBe(6);
  });

  it('tells at the end what it had not told yet', async () => {
    const { say, told, end } = await open();
    const speaking = say(CAMERA, WSD, discovery('Hello'));
    await end();
    await speaking;
    expect(told.map(({ host }) => host.address)).toEqual([CAMERA]);
  });

  it('ends with the fault of a handler instead of hiding it', async () => {
    const { say, end } = await open({
      onHosts: () => {
        throw new Error('disk full');
      },
    });
    await say(CAMERA, WSD, discovery('Hello'));
    await expect(end()).rejects.toThrow('disk full');
  });
});
