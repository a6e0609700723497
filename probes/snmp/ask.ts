/**
 * Asks one SNMP agent some questions through net-snmp over our own socket (`facade.ts`), and resolves when there is
 * nothing more to wait for. Never rejects. The library writes requests, keeps the v3 security model and is loaded on
 * first use; deadlines, packet counts and what counts as an answer are ours.
 */
import { openChannel } from './facade.ts';
import type { Channel, Peer } from './facade.ts';
import type { SnmpUser } from '../probe.ts';
import type { Reach } from '../transport.ts';
import { v3User } from './user.ts';

export type Question =
  | { readonly kind: 'get'; readonly version: '1' | '2c'; readonly community: string; readonly oids: readonly string[] }
  /** RFC 3414 section 4: an empty request, answered by a Report with the engine ID. One packet. */
  | { readonly kind: 'discover' }
  | { readonly kind: 'get-v3'; readonly user: SnmpUser; readonly oids: readonly string[] };

/** How one question went. `datagrams` are the answers as they came, also where the library refused them. */
export interface Reply {
  readonly question: Question;
  readonly datagrams: readonly Uint8Array[];
  /** Decrypted by the library: only for `get-v3`. */
  readonly varbinds: readonly { readonly oid: string; readonly value: unknown }[];
}

export interface Conversation {
  readonly replies: readonly Reply[];
  /** What came and answered nothing. */
  readonly strays: readonly Uint8Array[];
  readonly reach: Reach;
}

/** Upper bound on packets a question may cost; v3 with a user discovers first and may have to set its clock. */
export const PACKETS = { get: 1, discover: 1, 'get-v3': 3 } as const satisfies Record<Question['kind'], number>;

/** After the first answer the others are waited for at least this long, or as long again as the first took, twice over. */
export const GRACE_MS = 250;

type Library = typeof import('net-snmp');

/** Puts all questions at once. Replies without datagrams were not answered in time, or before `cut` resolved. */
export async function ask(
  peer: Peer,
  questions: readonly Question[],
  timeoutMs: number,
  signal: AbortSignal,
  cut?: Promise<void>,
): Promise<Conversation> {
  if (signal.aborted) return { replies: [], strays: [], reach: 'aborted' };
  const library = await import('net-snmp');
  const wait = new Wait(timeoutMs, signal);
  const channel = await openChannel(peer, () => wait.end());
  void cut?.then(() => wait.end());
  if (channel.failure) wait.end();
  if (channel.failure) return { replies: [], strays: [], reach: channel.failure };
  const asked = questions.map((question) => put(library, channel, question, timeoutMs, wait));
  void Promise.all(asked).then(() => wait.end());
  await wait.over;
  channel.close();
  const replies = await Promise.all(asked);
  return { replies, strays: channel.strays, reach: reachOf(replies, channel, signal) };
}

function reachOf(replies: readonly Reply[], channel: Channel, signal: AbortSignal): Reach {
  if (channel.strays.length > 0 || replies.some(({ datagrams }) => datagrams.length > 0)) return 'answered';
  return signal.aborted ? 'aborted' : (channel.failure ?? 'silent');
}

/** Resolves when the session has its answer, gave up or was closed with the channel. */
function put(library: Library, channel: Channel, question: Question, timeoutMs: number, wait: Wait): Promise<Reply> {
  return new Promise((resolve) => {
    const datagrams: Uint8Array[] = [];
    const settle = (varbinds: Reply['varbinds']): void => resolve({ question, datagrams, varbinds });
    const keep = (datagram: Uint8Array): void => {
      datagrams.push(datagram);
      // With a user the first answer is only the discovery: the one that matters is still to come.
      if (question.kind !== 'get-v3') wait.shorten();
    };
    // Some faults make the library forget its callback.
    void wait.over.then(() => settle([]));
    const dgramModule = channel.open(PACKETS[question.kind], keep, () => settle([]));
    // No retries and mismatches reported: the library would otherwise repeat by itself and accept any OID.
    const options = { retries: 0, timeout: timeoutMs, reportOidMismatchErrors: true, dgramModule };
    try {
      const session = createSession(library, question, options);
      session.on('error', () => settle([]));
      session.get(question.kind === 'discover' ? [] : [...question.oids], (error, varbinds) => {
        settle(error || question.kind !== 'get-v3' ? [] : (varbinds ?? []).map(({ oid, value }) => ({ oid, value })));
      });
    } catch {
      settle([]);
    }
  });
}

function createSession(
  library: Library,
  question: Question,
  options: { retries: number; timeout: number; reportOidMismatchErrors: boolean; dgramModule: unknown },
): InstanceType<Library['Session']> {
  // The target is ours already: the channel is connected, so the library's own address does not matter.
  if (question.kind === 'get') {
    return library.createSession('', question.community, { ...options, version: question.version === '1' ? 0 : 1 });
  }
  const user = question.kind === 'get-v3' ? v3User(library, question.user) : { name: '', level: library.SecurityLevel.noAuthNoPriv };
  return library.createV3Session('', user, { ...options, version: 3 });
}

/** One promise for all reasons to stop waiting. */
class Wait {
  readonly over: Promise<void>;
  end: () => void = () => undefined;
  readonly #startedMs = performance.now();
  readonly #endsMs: number;
  #timer: NodeJS.Timeout;
  #shortened = false;

  constructor(timeoutMs: number, signal: AbortSignal) {
    this.#endsMs = this.#startedMs + timeoutMs;
    this.over = new Promise((resolve) => {
      this.end = () => {
        clearTimeout(this.#timer);
        signal.removeEventListener('abort', this.end);
        resolve();
      };
    });
    this.#timer = setTimeout(this.end, timeoutMs);
    signal.addEventListener('abort', this.end, { once: true });
  }

  /** Called at the first answer: an agent that speaks answers its other questions about as fast. */
  shorten(): void {
    if (this.#shortened) return;
    this.#shortened = true;
    const nowMs = performance.now();
    const graceMs = Math.max(GRACE_MS, 2 * (nowMs - this.#startedMs));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.end, Math.min(graceMs, this.#endsMs - nowMs));
  }
}
