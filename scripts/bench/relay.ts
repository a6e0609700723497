/**
 * A long cable: what comes in on one side leaves on the other, so many milliseconds later, in order. Frames are carried in
 * UDP by the kernels of both ends (VXLAN), so this needs no raw socket.
 *
 *     node relay.js ONE-WAY-MS
 */
import { fillChecksum } from './checksum.ts';
import { createSocket, type Socket } from 'node:dgram';

const PORT = 4789;
const SIDES = ['198.18.1', '198.18.2'] as const;
/** A queue this long is a flood; more is dropped, as every real cable does. */
const MAX_QUEUED = 50_000;

interface Frame {
  readonly dueMs: number;
  readonly bytes: Buffer;
  readonly out: Socket;
  readonly to: string;
}

const oneWayMs = Number(process.argv[2]);
const queue: Frame[] = [];
let head = 0;
let timer: NodeJS.Timeout | undefined;

function forward(): void {
  timer = undefined;
  const now = performance.now();
  for (; head < queue.length; head++) {
    const frame = queue[head];
    if (!frame || frame.dueMs > now) break;
    frame.out.send(frame.bytes, PORT, frame.to, () => undefined);
  }
  if (head > 4096 || head === queue.length) {
    queue.splice(0, head);
    head = 0;
  }
  const next = queue[head];
  if (next) timer = setTimeout(forward, Math.max(0, next.dueMs - now));
}

async function open(side: string): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', lookup: (name, _options, done) => done(null, name, 4) });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(PORT, `${side}.2`, resolve);
  });
  socket.setRecvBufferSize(4 * 1024 * 1024);
  return socket;
}

const [near, far] = [await open(SIDES[0]), await open(SIDES[1])];
for (const [from, out, to] of [
  [near, far, SIDES[1]],
  [far, near, SIDES[0]],
] as const) {
  from.on('error', () => undefined);
  from.on('message', (bytes) => {
    if (queue.length - head >= MAX_QUEUED) return;
    fillChecksum(bytes);
    queue.push({ dueMs: performance.now() + oneWayMs, bytes, out, to: `${to}.1` });
    timer ??= setTimeout(forward, oneWayMs);
  });
}
process.stdout.write('ready\n');
