/**
 * A host that answers one question with 5,000 answers a second for ten seconds: on the ports of SNMP, WS-Discovery and SADP.
 * It stops by itself, and never has two floods to the same asker at once.
 */
import { createSocket } from 'node:dgram';

const PORTS = [161, 3702, 37020] as const;
const PER_SECOND = 5000;
const TICK_MS = 10;
const SECONDS = 10;

export async function openFlood(address: string): Promise<void> {
  for (const port of PORTS) {
    const socket = createSocket('udp4');
    const running = new Set<string>();
    socket.on('error', () => undefined);
    socket.on('message', (bytes, from) => {
      const asker = `${from.address}:${from.port}`;
      if (running.has(asker) || running.size > 0) return;
      running.add(asker);
      const answer = Buffer.concat([bytes.subarray(0, 64), Buffer.alloc(200, 0x78)]);
      let ticks = 0;
      const timer = setInterval(() => {
        for (let count = 0; count < (PER_SECOND * TICK_MS) / 1000; count++) socket.send(answer, from.port, from.address, () => undefined);
        if (++ticks < (SECONDS * 1000) / TICK_MS) return;
        clearInterval(timer);
        running.delete(asker);
      }, TICK_MS);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(port, address, resolve);
    });
  }
}
