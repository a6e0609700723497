import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Knocks, type KnockReach } from '../../../agent/net/knocks.ts';

const HOST = '127.0.0.41';
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** A port somebody listens on, and one nobody does. */
async function ports(): Promise<{ open: number; closed: number; bytes: () => number }> {
  let bytes = 0;
  const server = createServer((socket) => socket.on('data', (chunk) => (bytes += chunk.length)).on('error', () => undefined));
  const other = createServer();
  const portOf = (one: typeof server): Promise<number> =>
    new Promise((resolve) => one.listen(0, HOST, () => resolve(Object.assign({ port: 0 }, one.address()).port)));
  const [open, closed] = [await portOf(server), await portOf(other)];
  closing.push(() => server.close());
  await new Promise((resolve) => other.close(resolve));
  return { open, closed, bytes: () => bytes };
}

const knockAt = (knocks: Knocks, port: number): Promise<KnockReach> => new Promise((resolve) => knocks.knock(HOST, port, resolve));

describe('agent/net/knocks', () => {
  it('tells an open port from a closed one, sends nothing, and leaves no socket', async () => {
    const { open, closed, bytes } = await ports();
    const knocks = new Knocks();
    expect(await Promise.all([knockAt(knocks, open), knockAt(knocks, closed)])).toEqual(['answered', 'refused']);
    expect(knocks.open).toBe(0);
    expect(bytes()).toBe(0);
  });

  it('says nothing more once it was given up', async () => {
    const { open } = await ports();
    const knocks = new Knocks();
    const heard: KnockReach[] = [];
    const knock = knocks.knock(HOST, open, (reach) => heard.push(reach));
    expect(knocks.open).toBe(1);
    knock.giveUp();
    knock.giveUp();
    expect(knocks.open).toBe(0);
    await knockAt(knocks, open);
    expect(heard).toEqual([]);
  });
});
