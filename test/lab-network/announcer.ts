/**
 * Speaks unasked, from inside a namespace: `announcer.ts WORDS-AS-JSON`. Prints `ready`; for each line on standard input,
 * the number of a word, says that word and prints when it did. Ends with its input: it never outlives who started it.
 */
import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const wordSchema = z.object({
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

const words = z.array(wordSchema).parse(JSON.parse(process.argv[2] ?? '[]'));

async function speak({ by, to, port, fromPort, bytes }: SpokenWord): Promise<void> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  await new Promise<void>((resolve) => socket.bind(fromPort ?? 0, by, resolve));
  socket.setBroadcast(true);
  socket.setMulticastInterface(by);
  const atMs = Date.now();
  await new Promise<void>((resolve) => socket.send(Buffer.from(bytes, 'base64'), port, to, () => resolve()));
  socket.close();
  process.stdout.write(`${JSON.stringify({ from: by, port, atMs })}\n`);
}

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const word = words[Number(line)];
  if (!word) throw new Error(`no word ${line}`);
  await speak(word);
}
