/**
 * Plays an RTSP service: OPTIONS and one DESCRIBE without login. SETUP, PLAY and the like are noted: identification needs
 * no stream. Answers are text templates, so that a double blank after `Date:` stays where the firmware puts it.
 */
import type { RtspService } from '../host.ts';
import type { Stage } from '../stage.ts';
import { readRequests } from './http-request.ts';

export async function serveRtsp(service: RtspService, stage: Stage): Promise<void> {
  await stage.listenTcp(service.port, (socket) =>
    readRequests(socket, ({ method, target, headers }) => {
      if (headers.has('authorization')) stage.violation('credentials', service.port, `${method} ${target}`);
      const asked = method === 'OPTIONS' || method === 'DESCRIBE';
      if (!asked) stage.violation('stream', service.port, `${method} ${target}`);
      const template =
        method === 'DESCRIBE'
          ? service.describe
          : method === 'OPTIONS'
            ? service.options
            : 'RTSP/1.0 405 Method Not Allowed\nCSeq: {{cseq}}';
      const text = stage.render(template.trim(), { cseq: headers.get('cseq') ?? '0' });
      socket.write(`${text.replaceAll('\n', '\r\n')}\r\n\r\n`);
    }),
  );
}
