import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../probes/probe.ts';
import { decodeRtsp } from '../../../probes/rtsp/decode.ts';
import { rtspProbe } from '../../../probes/rtsp/index.ts';
import { FAKE_SETTINGS, fakeContext, type Fake, type FakeWorld, type TcpScript } from '../fake-context.ts';
import { dribble } from '../http/site.ts';

const ADDRESS = '192.0.2.7';
const OPTIONS = 'RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n';
const REFUSAL = 'RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Basic realm="r"\r\n\r\n';

async function run(world: FakeWorld): Promise<Fake & { outcome: Outcome; asked: string[] }> {
  const fake = fakeContext({ decoder: decodeRtsp, ...world });
  const outcome = await rtspProbe.run(ADDRESS, fake.context);
  return {
    ...fake,
    outcome,
    asked: fake.sent.tcp.map(({ port, send }) => `${port} ${Buffer.from(send).toString().split(' ', 1)[0] ?? ''}`),
  };
}

describe('probes/rtsp', () => {
  it('asks OPTIONS, then DESCRIBE once, without login', async () => {
    const { asked, outcome, values, sent, reported } = await run({ tcp: (_request, index) => (index === 0 ? OPTIONS : REFUSAL) });
    expect(asked).toEqual(['554 OPTIONS', '554 DESCRIBE']);
    expect(outcome).toBe('answered');
    expect(values('rtsp.auth.realm')).toEqual(['r']);
    expect(reported.map(({ request }) => request)).toEqual([
      { method: 'OPTIONS', url: 'rtsp://192.0.2.7:554/' },
      { method: 'DESCRIBE', url: 'rtsp://192.0.2.7:554/' },
    ]);
    const words = sent.tcp.map(({ send }) => Buffer.from(send).toString()).join('');
    expect(words).not.toMatch(/Authorization|SETUP|PLAY/);
    expect(words.match(/\r\nCSeq: [12]\r\n/g)).toHaveLength(2);
  });

  it('asks no more after a 404: there the path comes before the login', async () => {
    const { asked } = await run({ tcp: (_request, index) => (index === 0 ? OPTIONS : 'RTSP/1.0 404 Not Found\r\nCSeq: 2\r\n\r\n') });
    expect(asked).toEqual(['554 OPTIONS', '554 DESCRIBE']);
  });

  it('asks no DESCRIBE once the device is known, nor of another protocol', async () => {
    expect((await run({ tcp: () => OPTIONS, settled: () => true })).asked).toEqual(['554 OPTIONS']);
    const web = await run({ tcp: () => 'HTTP/1.1 400 Bad Request\r\n\r\n' });
    expect([web.asked, web.outcome, web.reported.length, web.observed]).toEqual([['554 OPTIONS'], 'not-understood', 1, []]);
  });

  it('describes a device that refuses OPTIONS', async () => {
    const { asked } = await run({ tcp: () => 'RTSP/1.0 405 Method Not Allowed\r\nCSeq: 0\r\n\r\n' });
    expect(asked).toEqual(['554 OPTIONS', '554 DESCRIBE']);
  });

  it.each<[string, TcpScript, TcpScript, Outcome]>([
    ['one port answers', 'refused', OPTIONS, 'answered'],
    ['garbage', Buffer.from([0, 1, 2]), 'refused', 'not-understood'],
    ['refused and silent', 'silent', 'refused', 'refused'],
    ['unreachable', 'unreachable', 'unreachable', 'unreachable'],
    ['aborted by the transport', 'refused', 'aborted', 'aborted'],
    ['open but mute', { reach: 'answered', bytes: new Uint8Array(), ended: 'closed' }, 'unreachable', 'silent'],
  ])('outcome: %s', async (_title, first, second, outcome) => {
    expect((await run({ tcp: ({ port }) => (port === 554 ? first : second), ports: { rtsp: [554, 8554, 554] } })).outcome).toBe(outcome);
  });

  it('asks nothing without ports or after an abort', async () => {
    expect((await run({ ports: { rtsp: [] } })).outcome).toBe('excluded');
    const stopped = await run({ tcp: () => OPTIONS, signal: AbortSignal.abort() });
    expect([stopped.outcome, stopped.asked]).toEqual(['aborted', []]);
  });

  it('ends at the blank line of an answer without length, waits for the body of one with', async () => {
    const heard: string[] = [];
    const answers = [OPTIONS, 'RTSP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nv=0\n'];
    const { outcome } = await run({
      tcp: (request, index) => {
        const reply = dribble(request, `${answers[index] ?? ''}TRAILING`);
        heard.push(Buffer.from(reply.bytes).toString());
        return reply;
      },
    });
    expect(heard).toEqual(answers);
    expect(outcome).toBe('answered');
  });

  it('stops listening to another protocol early', async () => {
    const heard: number[] = [];
    await run({
      tcp: (request) => {
        const reply = dribble(request, `SSH-2.0-Example${'\n'.repeat(60_000)}`);
        heard.push(reply.bytes.length);
        return reply;
      },
    });
    expect(heard).toEqual([12]);
  });

  it('explains its traffic, a note a port, and keeps to it', async () => {
    const notes = rtspProbe.traffic({ ...FAKE_SETTINGS, ports: { ...FAKE_SETTINGS.ports, rtsp: [554, 8554] } });
    expect(notes.map(({ to }) => to)).toEqual(['TCP 554', 'TCP 8554']);
    const { sent } = await run({ tcp: () => OPTIONS });
    expect(sent.tcp.reduce((sum, { send }) => sum + send.length, 0)).toBeLessThanOrEqual(notes[0]?.bytes ?? 0);
  });
});
