/**
 * Services as recordings: `{instance, type, txt, host, port, addresses}` next to the bytes of the packet that said it.
 * One recording a service; nothing is handed over twice, whoever heard it (two sockets on one machine hear each other's group).
 */
import type { Answer, ProbeContext } from '../probe.ts';
import { bytesResponse } from '../recording.ts';
import { txtPairs } from './codec.ts';
import { decodeMdns } from './decode.ts';
import type { MdnsService, OfferedType, Sender } from './services.ts';

export function reportService(context: ProbeContext, { sender, instance, type, host, port, txt, addresses, packet }: MdnsService): void {
  const response = {
    instance,
    type,
    ...(txt === undefined ? {} : { txt: Object.fromEntries(txtPairs(txt)) }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(addresses.length === 0 ? {} : { addresses }),
    ...bytesResponse(packet),
  };
  reportNew(context, { protocol: 'mdns', from: sender, response });
}

export function reportType(context: ProbeContext, { sender, type, packet }: OfferedType): void {
  reportNew(context, { protocol: 'mdns', from: sender, response: { type, ...bytesResponse(packet) } });
}

/** An answer nobody could read: kept, so that a better reader can. */
export function reportUnread(context: ProbeContext, sender: Sender, bytes: Uint8Array): void {
  context.report({ protocol: 'mdns', from: sender, response: bytesResponse(bytes) });
}

function reportNew(context: ProbeContext, answer: Answer): void {
  const fields = decodeMdns({ id: 'candidate', ...answer });
  const byRecording = new Map<string, Set<string>>();
  for (const { recording, field, value } of context.known(answer.from.address)) {
    const seen = byRecording.get(recording) ?? new Set<string>();
    byRecording.set(recording, seen.add(`${field}=${value}`));
  }
  const known = [...byRecording.values()].some((seen) => fields.every(({ field, value }) => seen.has(`${field}=${value}`)));
  if (!known) context.report(answer);
}
