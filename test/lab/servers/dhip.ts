/**
 * Plays the DHIP search (UniversalScanner doc/protocols.html): 32-byte header and JSON in, the same form out. JSON without the header gets
 * no answer, as measured on real devices.
 */
import type { DhipService } from '../host.ts';
import type { Stage } from '../stage.ts';

const GROUP = '239.255.255.251';
const HEADER_BYTES = 32;

export async function serveDhip(service: DhipService, stage: Stage): Promise<void> {
  await stage.listenUdp(
    37810,
    ({ bytes, reply }) => {
      if (bytes.length < HEADER_BYTES || bytes[0] !== 0x20 || bytes.toString('latin1', 4, 8) !== 'DHIP') return;
      const text = bytes.toString('utf8', HEADER_BYTES);
      if (!text.includes('DHDiscover.search')) {
        stage.violation('state-change', 37810, text);
        return;
      }
      const body = Buffer.from(`${stage.render(service.answer)}\n\0`, 'utf8');
      const header = Buffer.alloc(HEADER_BYTES);
      header.writeUInt32LE(HEADER_BYTES, 0);
      header.write('DHIP', 4, 'latin1');
      header.writeUInt32LE(body.length, 16);
      header.writeUInt32LE(body.length, 24);
      reply(Buffer.concat([header, body]));
    },
    [GROUP],
  );
}
