/**
 * The banner probe: connects and listens, on FTP and telnet ports the user lists (none by default). Sends no byte of its
 * own, not even answers to telnet options: nothing that could count as an attempt to log in. Design section 8.
 */
import { bestOutcome } from '../outcome.ts';
import type { AddressProbe, Outcome, ProbeContext, ProbeSettings, TrafficNote } from '../probe.ts';
import { bytesResponse } from '../recording.ts';

const MAX_BYTES = 4096;

/** When a greeting is over, judged by its last 256 bytes. */
const ENDS = {
  ftp: /(?:^|\n)\d{3} [^\n]*\n$/,
  telnet: /(?:login|user ?name|user|account|password)[ \t]*:[ \t]*$/i,
} as const;

type Service = keyof typeof ENDS;

export const bannerProbe: AddressProbe = {
  id: 'banner',
  title: 'FTP and telnet greetings, on ports you list',
  fields: ['ftp.banner', 'telnet.banner'],
  scope: 'address',
  wave: 2,
  traffic,
  run: async (address: string, context: ProbeContext): Promise<Outcome> => {
    const outcomes: Outcome[] = [];
    for (const { service, port } of listed(context.settings)) {
      if (context.signal.aborted) outcomes.push('aborted');
      else outcomes.push(await listen(service, address, port, context));
    }
    return bestOutcome(outcomes);
  },
};

function listed({ ports }: ProbeSettings): { service: Service; port: number }[] {
  return [
    ...[...new Set(ports.ftp)].map((port) => ({ service: 'ftp' as const, port })),
    ...[...new Set(ports.telnet)].map((port) => ({ service: 'telnet' as const, port })),
  ];
}

async function listen(service: Service, address: string, port: number, context: ProbeContext): Promise<Outcome> {
  const { reach, bytes } = await context.transport.tcp({
    address,
    port,
    send: new Uint8Array(),
    until: (received) => ENDS[service].test(Buffer.from(received.subarray(-256)).toString('latin1')),
    maxBytes: MAX_BYTES,
  });
  if (bytes.length === 0) return reach === 'answered' ? 'silent' : reach;
  context.report({ protocol: service, from: { address, port }, response: bytesResponse(bytes) });
  // Telnet has no form a greeting must have; an FTP server announces itself with a reply code.
  return service === 'ftp' && !/^\d{3}[ -]/.test(Buffer.from(bytes.subarray(0, 8)).toString('latin1')) ? 'not-understood' : 'answered';
}

function traffic(settings: ProbeSettings): readonly TrafficNote[] {
  return listed(settings).map(({ service, port }) => ({
    what: `connect and listen for the ${service} greeting; nothing is sent`,
    to: `TCP ${port}`,
    packetsSilent: 2,
    packetsAnswered: 8,
    bytes: 0,
  }));
}
