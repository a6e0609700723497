/**
 * Plays SSDP (UPnP Device Architecture 1.1 section 1.3): one answer to an M-SEARCH for a target the host has, one for each
 * of its targets to `ssdp:all`. MX is not waited out.
 */
import type { SsdpService } from '../host.ts';
import type { Stage } from '../stage.ts';

const GROUP = '239.255.255.250';

export async function serveSsdp(service: SsdpService, stage: Stage): Promise<void> {
  await stage.listenUdp(
    1900,
    ({ bytes, reply }) => {
      const text = bytes.toString('utf8');
      if (!text.startsWith('M-SEARCH')) return;
      const wanted = /^ST:[ \t]*(\S+)/im.exec(text)?.[1] ?? '';
      const targets = wanted === 'ssdp:all' ? service.targets : service.targets.filter((target) => target === wanted);
      for (const st of targets) {
        const answer = stage.render(service.answer.trim(), { st }).replaceAll('\n', '\r\n');
        reply(Buffer.from(`${answer}\r\n\r\n`, 'utf8'));
      }
    },
    [GROUP],
  );
}
