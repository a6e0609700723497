/**
 * Plays the plain vendor questions of signals section 8 (one datagram in, one out), and UDP ports that answer rubbish.
 */
import type { DatagramService } from '../host.ts';
import type { Stage } from '../stage.ts';

export async function serveDatagram(service: DatagramService, stage: Stage): Promise<void> {
  const { port, question, answer, replyPort, group } = service;
  await stage.listenUdp(
    port,
    ({ bytes, reply }) => {
      if (!bytes.toString('hex').startsWith(question)) return;
      reply(typeof answer === 'string' ? Buffer.from(stage.render(answer), 'utf8') : answer, replyPort);
    },
    group === undefined ? [] : [group],
  );
}
