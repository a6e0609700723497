/**
 * The rtsp probe: OPTIONS, then one DESCRIBE without login, on every listed port. The DESCRIBE is for its challenge; no
 * stream is set up or played. After a 404 nothing more is asked: the path came before the login there. Design section 8.
 */
import { completionWatcher, parseHttpMessage, type HttpMessage } from '../http-message.ts';
import { bestOutcome } from '../outcome.ts';
import type { AddressProbe, Outcome, ProbeContext, ProbeSettings, TrafficNote } from '../probe.ts';
import { bytesResponse } from '../recording.ts';
import { encodeRtspRequest, rtspUrl, type RtspRequest } from './codec.ts';

const MAX_BYTES = 16_384;

export const rtspProbe: AddressProbe = {
  id: 'rtsp',
  title: 'RTSP: OPTIONS and one DESCRIBE without login',
  fields: ['rtsp.*'],
  scope: 'address',
  wave: 2,
  traffic,
  run: async (address: string, context: ProbeContext): Promise<Outcome> => {
    const outcomes: Outcome[] = [];
    for (const port of new Set(context.settings.ports.rtsp)) {
      if (context.signal.aborted) outcomes.push('aborted');
      else outcomes.push(await askPort(address, port, context));
    }
    return bestOutcome(outcomes);
  },
};

async function askPort(address: string, port: number, context: ProbeContext): Promise<Outcome> {
  const options = await ask('OPTIONS', address, port, context);
  if (options.outcome !== 'answered') return options.outcome;
  if (!context.signal.aborted && !context.settled(address)) await ask('DESCRIBE', address, port, context);
  return 'answered';
}

// Two connections, one after the other: a transport exchange sends once, and sending both requests in one packet is more
// than some servers can take apart.
async function ask(method: RtspRequest['method'], address: string, port: number, context: ProbeContext): Promise<{ outcome: Outcome }> {
  const url = rtspUrl(address, port);
  const isComplete = completionWatcher();
  const reply = await context.transport.tcp({
    address,
    port,
    send: encodeRtspRequest({ method, url, sequence: method === 'OPTIONS' ? 1 : 2, userAgent: context.settings.userAgent }),
    until: (received) => isComplete(received) || isBodiless(received) || isForeign(received),
    maxBytes: MAX_BYTES,
  });
  if (reply.bytes.length === 0) return { outcome: reply.reach === 'answered' ? 'silent' : reply.reach };
  context.report({ protocol: 'rtsp', from: { address, port }, request: { method, url }, response: bytesResponse(reply.bytes) });
  return { outcome: isRtsp(parseHttpMessage(reply.bytes)) ? 'answered' : 'not-understood' };
}

function isRtsp({ version, status }: HttpMessage): boolean {
  return /^RTSP/i.test(version) && status !== undefined;
}

/** RFC 2326 section 4.4: without Content-Length an RTSP answer has no body, and the connection stays open. */
function isBodiless(received: Uint8Array): boolean {
  const { length } = received;
  const ended = received[length - 1] === 10 && (received[length - 2] === 10 || received[length - 3] === 10);
  if (!ended) return false;
  const { headComplete, headers } = parseHttpMessage(received);
  return headComplete && !headers.some(([name]) => name.toLowerCase() === 'content-length');
}

function isForeign(received: Uint8Array): boolean {
  return received.length >= 12 && !/^\s*RTSP/i.test(Buffer.from(received.subarray(0, 32)).toString('latin1'));
}

function traffic({ ports, userAgent }: ProbeSettings): readonly TrafficNote[] {
  return [...new Set(ports.rtsp)].map((port) => ({
    what: 'OPTIONS, then one DESCRIBE without login for its challenge, each on its own connection; no stream',
    to: `TCP ${port}`,
    packetsSilent: 2,
    packetsAnswered: 2 * 12,
    bytes: 2 * (110 + userAgent.length),
  }));
}
