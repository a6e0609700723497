import { describe, expect, it } from 'vitest';
import { decodeFtp, decodeTelnet } from '../../../probes/banner/decode.ts';
import { bannerProbe } from '../../../probes/banner/index.ts';
import type { Outcome } from '../../../probes/probe.ts';
import { FAKE_SETTINGS, fakeContext, type Fake, type FakeWorld, type TcpScript } from '../fake-context.ts';
import { dribble } from '../http/site.ts';

async function run(world: FakeWorld): Promise<Fake & { outcome: Outcome }> {
  const fake = fakeContext({ decoder: { ftp: decodeFtp, telnet: decodeTelnet }, ...world });
  return { ...fake, outcome: await bannerProbe.run('192.0.2.7', fake.context) };
}

describe('probes/banner', () => {
  it('asks only listed ports, and nothing when none are', async () => {
    const none = await run({ ports: { ftp: [], telnet: [] } });
    expect([none.outcome, none.sent.tcp]).toEqual(['excluded', []]);
    const { sent, values, outcome } = await run({
      ports: { ftp: [2121], telnet: [23, 23] },
      tcp: ({ port }) => (port === 2121 ? '220 ready\r\n' : 'host login: '),
    });
    expect(sent.tcp.map(({ port }) => port)).toEqual([2121, 23]);
    expect([values('ftp.banner'), values('telnet.banner'), outcome]).toEqual([['ready'], ['host login:'], 'answered']);
  });

  it('sends no byte', async () => {
    const { sent } = await run({ tcp: () => '220 ready\r\n' });
    expect(sent.tcp.map(({ send }) => send.length)).toEqual([0, 0]);
  });

  it.each([
    ['220-one\r\n220-two\r\n220 three\r\n', 21],
    ['no code\r\n220 then one\r\n', 21],
    ['\xff\xfd\x01Welcome\r\nUser Name : ', 23],
    ['camera login: ', 23],
    ['Password:', 23],
  ])('hears %j to its end and no further', async (greeting, port) => {
    const heard: string[] = [];
    await run({
      ports: { ftp: port === 21 ? [21] : [], telnet: port === 23 ? [23] : [] },
      tcp: (request) => {
        const reply = dribble(request, `${greeting}X`);
        heard.push(Buffer.from(reply.bytes).toString('latin1'));
        return reply;
      },
    });
    // A login prompt is over at its colon, whatever blank follows.
    expect(heard).toEqual([greeting.replace(/(?<=:) $/, '')]);
  });

  it.each<[string, TcpScript, Outcome]>([
    ['refused', 'refused', 'refused'],
    ['silent', 'silent', 'silent'],
    ['mute', { reach: 'answered', bytes: new Uint8Array(), ended: 'deadline' }, 'silent'],
    ['another service', 'SSH-2.0-Example\r\n', 'not-understood'],
    ['excluded', 'excluded', 'excluded'],
  ])('outcome: %s', async (_title, answer, outcome) => {
    expect((await run({ tcp: () => answer, ports: { telnet: [] } })).outcome).toBe(outcome);
  });

  it('stops at an abort', async () => {
    const { outcome, sent } = await run({ tcp: () => '220 x\r\n', signal: AbortSignal.abort() });
    expect([outcome, sent.tcp.length]).toEqual(['aborted', 0]);
  });

  it('explains its traffic', () => {
    expect(bannerProbe.traffic({ ...FAKE_SETTINGS, ports: { ...FAKE_SETTINGS.ports, ftp: [], telnet: [] } })).toEqual([]);
    expect(bannerProbe.traffic(FAKE_SETTINGS).map(({ to, bytes }) => [to, bytes])).toEqual([
      ['TCP 21', 0],
      ['TCP 23', 0],
    ]);
  });
});
