/**
 * Plays TCP ports that behave badly, the way broken or hostile devices do: a byte a second, a body or head without end,
 * rubbish, a reset right after accept, or a connection on which nothing ever comes. Each stops with its connection.
 */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { RudeService } from '../host.ts';
import type { Stage } from '../stage.ts';

const BEHAVIOURS = {
  drip: (socket) => {
    const page = 'HTTP/1.1 200 OK\r\nServer: drip\r\nContent-Length: 100000\r\n\r\n';
    let at = 0;
    // The first at once: a second later a scan has just stopped waiting for it, or just not.
    const say = (): void => void socket.write(page[at++] ?? '.');
    const timer = setInterval(say, 1000);
    say();
    socket.on('close', () => clearInterval(timer));
  },
  'endless-body': (socket) =>
    pour(socket, 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><title>endless</title>', () => 'x'.repeat(16_384)),
  'endless-head': (socket) => pour(socket, 'HTTP/1.1 200 OK\r\n', () => `X-More: ${'y'.repeat(1000)}\r\n`.repeat(16)),
  garbage: (socket) => {
    socket.once('data', () => socket.end(randomBytes(4096)));
  },
  reset: (socket) => {
    socket.resetAndDestroy();
  },
  mute: () => undefined,
} satisfies Record<RudeService['how'], (socket: Socket) => void>;

export async function serveRude(service: RudeService, stage: Stage): Promise<void> {
  const tls = service.certificate ? { certificate: service.certificate } : undefined;
  await stage.listenTcp(
    service.port,
    (socket) => {
      socket.resume();
      BEHAVIOURS[service.how](socket);
    },
    tls,
  );
}

/** Writes for as long as the other side takes it, with back-pressure: the lab itself stays small. */
function pour(socket: Socket, start: string, next: () => string): void {
  socket.once('data', () => {
    socket.write(start);
    const more = (): void => {
      while (!socket.destroyed && socket.writable && socket.write(next()));
    };
    socket.on('drain', more);
    more();
  });
}
