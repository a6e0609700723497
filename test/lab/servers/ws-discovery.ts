/**
 * Plays a WS-Discovery target service (WS-Discovery 2005/04 section 5): a Probe in, ProbeMatches out to the sender.
 * Which Probes a device answers differs between firmwares, and the host data say so.
 */
import type { WsDiscoveryService } from '../host.ts';
import type { Stage } from '../stage.ts';

const GROUP = '239.255.255.250';

export async function serveWsDiscovery(service: WsDiscoveryService, stage: Stage): Promise<void> {
  await stage.listenUdp(
    3702,
    ({ bytes, reply }) => {
      const text = bytes.toString('utf8');
      if (!/<(?:[\w.-]+:)?Probe[\s/>]/.test(text)) return;
      if (service.ignoresLineBreaks === true && /[\r\n]/.test(text.trim())) return;
      const wanted = wantedTypes(text);
      if (!(wanted.length === 0 ? service.answersTo.includes('') : wanted.every((type) => service.answersTo.includes(type)))) return;
      const relatesTo = /<(?:[\w.-]+:)?MessageID[^>]*>([^<]{1,200})</.exec(text)?.[1]?.trim() ?? '';
      for (let copy = 0; copy < (service.copies ?? 1); copy++)
        reply(Buffer.from(stage.render(service.answer, { 'relates-to': relatesTo }), 'utf8'));
    },
    [GROUP],
  );
}

function wantedTypes(probe: string): string[] {
  const types = /<(?:[\w.-]+:)?Types[^>]*>([^<]*)</.exec(probe)?.[1] ?? '';
  return types
    .split(/\s+/)
    .filter((type) => type !== '')
    .map((type) => type.slice(type.indexOf(':') + 1));
}
