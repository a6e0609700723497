/**
 * Plays a TCP port that greets (FTP, telnet), answers a hello (the SDK port 8000, DVRIP 37777), or must not be touched
 * at all (JetDirect 9100: every connection prints). What a guest sends beyond the allowed is noted as a log-in.
 */
import type { Socket } from 'node:net';
import type { GreetingService, TripwireService } from '../host.ts';
import type { Stage } from '../stage.ts';

/** A client that sends at once gets the reply; one that only listens gets the hello after this long. */
const HELLO_AFTER_MS = 60;

export async function serveGreeting(service: GreetingService, stage: Stage): Promise<void> {
  const { hello, reply, ifAsked, allowed, port } = service;
  await stage.listenTcp(port, (socket: Socket) => {
    let asked = false;
    const timer = setTimeout(
      () => {
        if (hello !== undefined && !socket.destroyed) socket.write(bytesOf(hello, stage));
      },
      reply === undefined ? 0 : HELLO_AFTER_MS,
    );
    socket.on('close', () => clearTimeout(timer));
    socket.on('data', (chunk: Buffer) => {
      if (allowed && !allowed.test(chunk.toString('latin1'))) stage.violation('login', port, chunk.toString('latin1'));
      if (asked || reply === undefined || !chunk.toString('hex').startsWith(ifAsked ?? '')) return;
      asked = true;
      clearTimeout(timer);
      socket.write(bytesOf(reply, stage));
    });
  });
}

export async function serveTripwire(service: TripwireService, stage: Stage): Promise<void> {
  await stage.listenTcp(service.port, (socket) => {
    stage.violation('tripwire', service.port, `connection from ${socket.remoteAddress ?? 'somebody'}`);
    socket.destroy();
  });
}

function bytesOf(content: string | Uint8Array, stage: Stage): Buffer {
  return typeof content === 'string' ? Buffer.from(stage.render(content), 'utf8') : Buffer.from(content);
}
