/**
 * Plays SADP (public SADP captures (sergei.nz, mhzhuji.com)): an inquiry in, one ProbeMatch out, to the sender or to the group. Every other Types
 * value changes a device's state; the lab answers none of them and notes who sent it.
 */
import type { SadpService } from '../host.ts';
import type { Stage } from '../stage.ts';

const GROUP = '239.255.255.250';
const PORT = 37020;

export async function serveSadp(service: SadpService, stage: Stage): Promise<void> {
  await stage.listenUdp(
    PORT,
    ({ bytes, group, reply }) => {
      const text = bytes.toString('utf8');
      if (!text.includes('<Probe>')) return;
      const types = /<Types>([^<]*)<\/Types>/.exec(text)?.[1] ?? '';
      if (types !== 'inquiry' && types !== 'inquiry_v32') {
        stage.violation('state-change', PORT, `SADP ${types}`);
        return;
      }
      if (!group && !service.unicast) return;
      const uuid = /<Uuid>([^<]{1,64})<\/Uuid>/.exec(text)?.[1] ?? '';
      const answer = Buffer.from(stage.render(service.answer, { asked: uuid, types }), 'utf8');
      if (group && service.replyTo === 'group') reply(answer, PORT, GROUP);
      else reply(answer);
    },
    [GROUP],
  );
}
