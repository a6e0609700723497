import { createSocket, type Socket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { exchangeSegment } from '../../../agent/net/segment.ts';

const HOST = '127.0.0.42';
const open: Socket[] = [];
afterEach(() => open.splice(0).forEach((socket) => socket.close()));

/** Somebody who answers each question after so long; the port it listens on. */
function responder(delaysMs: readonly number[]): Promise<number> {
  const socket = createSocket('udp4');
  open.push(socket);
  socket.on('message', (_bytes, from) => {
    for (const delayMs of delaysMs) setTimeout(() => socket.send(`after ${delayMs}`, from.port, from.address, () => undefined), delayMs);
  });
  return new Promise((resolve) => socket.bind(0, HOST, () => resolve(socket.address().port)));
}

async function listen(delaysMs: readonly number[], listenMs: number): Promise<{ heard: string[]; reach: string }> {
  const port = await responder(delaysMs);
  const heard: string[] = [];
  const { reach } = await exchangeSegment(
    {
      localAddress: HOST,
      destinations: [{ address: HOST, port }],
      payloads: [Buffer.from('who is there')],
      sendAtMs: [0],
      listenMs,
      onAnswer: ({ bytes }) => heard.push(Buffer.from(bytes).toString()),
    },
    new AbortController().signal,
  );
  return { heard, reach };
}

// Compared with each other, not with the clock: what is listened for twice as long as it takes comes in on any machine.
describe('agent/net/segment', () => {
  it('hears whoever waits as long as a discovery protocol lets him', async () => {
    expect(await listen([0, 500], 5000)).toEqual({ heard: ['after 0', 'after 500'], reach: 'answered' });
  });

  it('goes on listening while answers come in', async () => {
    expect((await listen([400, 600, 800, 1000], 5000)).heard).toEqual(['after 400', 'after 600', 'after 800', 'after 1000']);
  });

  it('ends long before its time where nobody answers, and where nobody answers any more', async () => {
    const never = Symbol('still listening');
    const silence = new Promise((resolve) => setTimeout(resolve, 20_000, never).unref());
    expect(await Promise.race([listen([], 60_000), silence])).toEqual({ heard: [], reach: 'silent' });
    expect(await Promise.race([listen([10], 60_000), silence])).toEqual({ heard: ['after 10'], reach: 'answered' });
  });

  it('never listens longer than it was told', async () => {
    const { heard } = await listen([10, 5000], 300);
    expect(heard).toEqual(['after 10']);
  });
});
