/**
 * Plays the plain vendor questions of UniversalScanner doc/protocols.html (one datagram in, one out), and UDP ports that answer rubbish.
 */
import type { DatagramService } from '../host.ts';
import type { Stage } from '../stage.ts';

export async function serveDatagram(service: DatagramService, stage: Stage): Promise<void> {
  const { port, question, answer, texts = [], replyPort, group } = service;
  const bytes = typeof answer === 'string' ? Buffer.from(stage.render(answer), 'utf8') : Buffer.from(answer);
  for (const [offset, template] of texts) bytes.write(stage.render(template), offset, 'latin1');
  await stage.listenUdp(
    port,
    (asked) => {
      if (asked.bytes.toString('hex').startsWith(question)) asked.reply(bytes, replyPort);
    },
    group === undefined ? [] : [group],
  );
}
