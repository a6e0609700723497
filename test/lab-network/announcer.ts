/**
 * Speaks unasked, from inside a namespace: `announcer.ts TRIGGER WORDS-AS-JSON`. Prints `ready`, waits until the file TRIGGER
 * is there, says every word when its time has come, and prints when it did.
 */
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const wordSchema = z.object({
  /** After the trigger. */
  afterMs: z.number(),
  /** Address of the interface it leaves by. */
  by: z.string(),
  to: z.string(),
  port: z.number(),
  /** Sent from this port; default: any. */
  fromPort: z.number().optional(),
  /** Base64. */
  bytes: z.string(),
});

export type SpokenWord = z.infer<typeof wordSchema>;

const [trigger = '', words = '[]'] = process.argv.slice(2);

async function speak({ afterMs, by, to, port, fromPort, bytes }: SpokenWord): Promise<void> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  await new Promise<void>((resolve) => socket.bind(fromPort ?? 0, by, resolve));
  socket.setBroadcast(true);
  socket.setMulticastInterface(by);
  await sleep(afterMs);
  process.stdout.write(`${JSON.stringify({ from: by, port, atMs: Date.now() })}\n`);
  await new Promise<void>((resolve) => socket.send(Buffer.from(bytes, 'base64'), port, to, () => resolve()));
  socket.close();
}

const spoken = z.array(wordSchema).parse(JSON.parse(words));
process.stdout.write('ready\n');
for (let waitedMs = 0; !existsSync(trigger) && waitedMs < 60_000; waitedMs += 10) await sleep(10);
await Promise.all(spoken.map(speak));
