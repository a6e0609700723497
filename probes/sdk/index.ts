/**
 * The vendors' SDK ports: connect, send nothing, read what is said, hang up. Every real question on these ports is a log-in
 * or belongs to one, so none is asked. Facts: nmap-service-probes.
 */
import { bytesResponse } from '../recording.ts';
import { GREETING_WAIT_MS, isWholeGreeting, MAX_GREETING_BYTES } from './codec.ts';
import type { AddressProbe, Outcome, ProbeContext, ProbeSettings } from '../probe.ts';

export const sdkProbe: AddressProbe = {
  id: 'sdk',
  title: 'SDK ports (connect and listen)',
  fields: ['sdk.*'],
  scope: 'address',
  wave: 2,
  // What the web server says may settle it; and a port that speaks HTTP greets nobody.
  after: 'http',
  traffic: (settings) =>
    portsOf(settings).map((port) => ({
      what: 'TCP connection, nothing sent: the greeting is read',
      to: `TCP ${port}`,
      packetsSilent: 2,
      packetsAnswered: 6,
      bytes: 0,
    })),
  run: async (address, context) => {
    const outcomes: Outcome[] = [];
    for (const port of portsOf(context.settings)) {
      // Waiting on a quiet port is the dearest thing a scan does: not for a device that is known already.
      if (context.settled(address)) return outcomes.length > 0 ? best(outcomes) : 'spared';
      const speaks = context.known(address).find((seen) => seen.port === port && (seen.protocol === 'http' || seen.protocol === 'https'));
      outcomes.push(speaks ? 'spared' : await listen(address, port, context));
      if (context.signal.aborted) break;
    }
    return best(outcomes);
  },
};

const MAX_PORTS = 8;

function portsOf({ ports }: ProbeSettings): readonly number[] {
  return [...new Set([...ports.sdk, ...ports['dahua-sdk']])].slice(0, MAX_PORTS);
}

async function listen(address: string, port: number, context: ProbeContext): Promise<Outcome> {
  const reply = await context.transport.tcp({
    address,
    port,
    send: new Uint8Array(),
    until: isWholeGreeting,
    maxBytes: MAX_GREETING_BYTES,
    timeoutMs: Math.max(GREETING_WAIT_MS, context.settings.timeoutMs),
  });
  if (reply.bytes.length === 0) return reply.reach === 'answered' ? 'silent' : reply.reach;
  const seen = context.report({ protocol: 'sdk', from: { address, port }, response: bytesResponse(reply.bytes) });
  return seen.some(({ field }) => field === 'sdk.hello' || field === 'sdk.banner') ? 'answered' : 'not-understood';
}

/** The most telling of several: what answered counts before what did not. */
const RANK = [
  'answered',
  'not-understood',
  'aborted',
  'silent',
  'refused',
  'unreachable',
  'spared',
  'excluded',
] as const satisfies readonly Outcome[];

function best(outcomes: readonly Outcome[]): Outcome {
  return RANK.find((outcome) => outcomes.includes(outcome)) ?? 'excluded';
}
