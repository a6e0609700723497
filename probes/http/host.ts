/**
 * One host during one run of the http probe: asks a target at most once, one connection at a time, hands every answer over
 * as a recording, the certificate of a TLS port as another, and remembers how the asking went. Sends GET and nothing else.
 */
import { answerWatcher, bodyText, parseHttpMessage, type HttpMessage } from '../http-message.ts';
import { bestOutcome } from '../outcome.ts';
import type { Outcome, ProbeContext } from '../probe.ts';
import { bytesResponse } from '../recording.ts';
import type { TcpReply } from '../transport.ts';
import { requestBytes, type Target } from './target.ts';

const MAX_PAGE_BYTES = 65_536;
const MAX_ICON_BYTES = 131_072;

export interface Exchange {
  readonly target: Target;
  readonly reply: TcpReply;
  readonly message: HttpMessage;
  /** False for silence and for bytes of another protocol. */
  readonly isHttp: boolean;
}

export interface Host {
  readonly address: string;
  readonly context: ProbeContext;
  /** Asks, or returns the earlier answer when this target was asked before. */
  ask(target: Target, purpose?: 'favicon'): Promise<Exchange>;
  wasAsked(target: Target): boolean;
  /** The best outcome over everything asked so far. */
  outcome(): Outcome;
}

export function openHost(address: string, context: ProbeContext): Host {
  const exchanges = new Map<string, Exchange>();
  const certificatesOf = new Set<number>();

  const report = ({ target, reply }: Exchange, purpose: 'favicon' | undefined): void => {
    const from = { address, port: target.port };
    if (reply.peer && !certificatesOf.has(target.port)) {
      certificatesOf.add(target.port);
      context.report({ protocol: 'tls', from, response: { ...reply.peer } });
    }
    if (reply.bytes.length === 0) return;
    const cut = reply.ended !== 'complete' && reply.ended !== 'closed';
    context.report({
      protocol: target.tls ? 'https' : 'http',
      from,
      request: { method: 'GET', path: target.path, ...(purpose ? { purpose } : {}) },
      response: { ...bytesResponse(reply.bytes), ...(cut ? { cut } : {}) },
    });
  };

  return {
    address,
    context,
    wasAsked: (target) => exchanges.has(keyOf(target)),
    outcome: () => bestOutcome([...[...exchanges.values()].map(outcomeOf), ...(context.signal.aborted ? ['aborted' as const] : [])]),
    ask: async (target, purpose) => {
      const earlier = exchanges.get(keyOf(target));
      if (earlier) return earlier;
      const exchange = await exchangeWith(address, target, context, purpose);
      exchanges.set(keyOf(target), exchange);
      report(exchange, purpose);
      return exchange;
    },
  };
}

async function exchangeWith(address: string, target: Target, context: ProbeContext, purpose: 'favicon' | undefined): Promise<Exchange> {
  const reply = await context.transport.tcp({
    address,
    port: target.port,
    tls: target.tls,
    send: requestBytes(target, address, context.settings.userAgent),
    until: answerWatcher(),
    maxBytes: purpose === 'favicon' ? MAX_ICON_BYTES : MAX_PAGE_BYTES,
  });
  const message = parseHttpMessage(reply.bytes);
  return { target, reply, message, isHttp: isHttp(message) };
}

/** A status line, or a page without one (HTTP/0.9). */
function isHttp(message: HttpMessage): boolean {
  if (/^(?:HTTP|ICY)/i.test(message.version)) return message.status !== undefined || message.headers.length > 0;
  return message.version === '' && bodyText(message, 256).trimStart().startsWith('<');
}

function outcomeOf({ reply, isHttp: understood }: Exchange): Outcome {
  if (understood) return 'answered';
  if (reply.bytes.length > 0 || reply.peer || reply.ended === 'tls-error') return 'not-understood';
  // Connected and closed without a word is silence as well.
  return reply.reach === 'answered' ? 'silent' : reply.reach;
}

function keyOf({ tls, port, path }: Target): string {
  return `${tls ? 'https' : 'http'} ${port} ${path}`;
}
