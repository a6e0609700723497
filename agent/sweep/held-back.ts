/**
 * Questions that wait for a first sign that there is a service at an address: those its whole segment was asked already, and the
 * many that most hosts have no answer to. Put to every host they would be most of a scan's packets, and nearly all of them would meet
 * closed ports. Where no sign comes they stay unasked; what the group's answer was then stands for the address.
 */
import type { AddressProbe, Outcome, Probe, ProbeContext, Segment } from '../../probes/probe.ts';
import type { TcpReply, Transport, UdpReply } from '../../probes/transport.ts';
import { attached } from '../net/interfaces.ts';

/** Whether there is a service behind an address; settles once, with the first sign or when nothing is left that could bring one. */
export interface FirstSign {
  readonly seen: Promise<boolean>;
  readonly show: () => void;
  readonly giveUp: () => void;
}

export function firstSign(): FirstSign {
  let settle: (seen: boolean) => void = () => undefined;
  const seen = new Promise<boolean>((resolve) => (settle = resolve));
  return { seen, show: () => settle(true), giveUp: () => settle(false) };
}

/** The context with an eye on what shows a service: a connection that stands, or an answer of this address. */
export function watched(context: ProbeContext, address: string, sign: FirstSign): ProbeContext {
  const { transport } = context;
  if (context.known(address).some(({ protocol }) => protocol !== 'arp')) sign.show();
  return {
    ...context,
    transport: {
      ...transport,
      tcp: async (request) => {
        const reply = await transport.tcp(request);
        if (reply.connectMs !== undefined) sign.show();
        return reply;
      },
    },
    report: (answer) => {
      if (answer.from.address === address && answer.protocol !== 'arp') sign.show();
      return context.report(answer);
    },
  };
}

/** Tells which of the questions to an address its whole segment was asked in this scan. */
export function groupQuestionTest(
  segments: readonly Segment[],
  probes: readonly Probe[],
): (probe: AddressProbe, address: string) => boolean {
  const asked = new Set(probes.flatMap(({ scope, id }) => (scope === 'segment' ? [id] : [])));
  return ({ groupTwin }, address) => groupTwin !== undefined && asked.has(groupTwin) && attached(address, segments);
}

/** What the probe concludes from what is known already, without asking; `spared` where not even a group was asked. */
export async function concludeUnasked(
  probe: AddressProbe,
  address: string,
  context: ProbeContext,
  wasAskedByGroup: boolean,
): Promise<Outcome> {
  if (context.signal.aborted) return 'aborted';
  const isQuiet = context.known(address).every(({ protocol }) => protocol === 'arp');
  const outcome = isQuiet ? 'silent' : await probe.run(address, { ...context, transport: MUTE });
  return outcome === 'silent' && !wasAskedByGroup ? 'spared' : outcome;
}

const NO_TCP: TcpReply = { reach: 'silent', ended: 'none', bytes: new Uint8Array() };
const NO_UDP: UdpReply = { reach: 'silent', answers: [] };

/** Sends nothing, and everybody is silent. */
const MUTE: Transport = {
  tcp: () => Promise.resolve(NO_TCP),
  udp: () => Promise.resolve(NO_UDP),
  segment: () => Promise.resolve({ reach: 'silent' }),
  admit: () => Promise.resolve(undefined),
};
