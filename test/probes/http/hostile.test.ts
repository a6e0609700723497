/** Servers that send garbage, too much, too slowly, or stop in between. */
import { describe, expect, it } from 'vitest';
import { run } from './run.ts';
import { dribble, page } from './site.ts';

describe('probes/http hostile servers', () => {
  it('keeps garbage as a recording and asks no more of that port', async () => {
    const { reported, asked } = await run({ tcp: ({ port }) => (port === 80 ? Buffer.from([1, 2, 3, 255]) : 'refused') });
    expect(reported).toHaveLength(1);
    expect(reported[0]?.response).toEqual({ bytes: 'AQID/w==' });
    expect(asked).toEqual(['http 80 /', 'https 443 /']);
  });

  it('marks an answer that was cut', async () => {
    const { reported } = await run({
      tcp: ({ port }) =>
        port === 80 ? { reach: 'answered', bytes: Buffer.from('HTTP/1.1 200 OK\r\nServ'), ended: 'deadline' } : 'refused',
    });
    expect(reported[0]?.response).toMatchObject({ cut: true });
  });

  it('reads an answer that dribbles in, and stops at its end', async () => {
    const sent = page(`<title>slow</title>${'x'.repeat(3000)}`);
    const {
      values,
      sent: { tcp },
    } = await run({ tcp: (request) => dribble(request, `${sent}trailing`), settled: () => true, ports: { https: [] } });
    expect(tcp).toHaveLength(1);
    expect(values('http.title')).toEqual(['slow']);
  });

  it('stops listening to another protocol early', async () => {
    const heard: number[] = [];
    await run({
      tcp: (request) => {
        const reply = dribble(request, `SSH-2.0-Example${'x'.repeat(60_000)}`);
        heard.push(reply.bytes.length);
        return reply;
      },
    });
    expect(Math.max(...heard)).toBeLessThan(64);
  });

  it('takes an endless page up to the cap', async () => {
    const { outcome, reported } = await run({
      tcp: (request) => dribble(request, `HTTP/1.1 200 OK\r\n\r\n${'a'.repeat(200_000)}`),
      settled: () => true,
      ports: { https: [] },
    });
    expect(outcome).toBe('answered');
    expect(Buffer.from(String(reported[0]?.response.bytes), 'base64')).toHaveLength(65_536);
  });

  it('gives up on a port that closes in between', async () => {
    let count = 0;
    const { asked } = await run({ tcp: () => ((count += 1) > 2 ? 'refused' : page('x')), ports: { https: [] } });
    expect(asked).toEqual(['http 80 /', 'http 80 /favicon.ico', 'http 80 /SDK/activateStatus']);
  });
});
