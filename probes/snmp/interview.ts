/** The questions to one SNMP agent, in order and counted. Order and reasons: readme.md. Never rejects. */
import type { Observation } from '../observation.ts';
import type { Outcome, ProbeContext } from '../probe.ts';
import { ask, PACKETS } from './ask.ts';
import type { Question, Reply } from './ask.ts';
import { PDU, parseSnmp } from './codec.ts';
import type { Peer } from './facade.ts';
import { furtherObjects, PRIVATE, SYSTEM } from './objects.ts';
import { reportReply, reportStrays } from './report.ts';

/** Cameras take long over their first SNMP answer: a shorter scan timeout is raised to this. */
const FIRST_TIMEOUT_MS = 1000;
/** An agent known to be there is worth a longer wait. */
const FURTHER_TIMEOUT_MS = 2000;
/** Packets after the system group, whatever comes. */
export const MAX_FURTHER = 3;
export const MAX_COMMUNITIES = 5;
export const MAX_USERS = 5;
/** usmStatsWrongDigests: the user is known, the key is wrong. */
const WRONG_DIGESTS = '1.3.6.1.6.3.15.1.1.5';

const NOT_ASKED: readonly Heard[] = [];

type Get = Extract<Question, { kind: 'get' }>;

/** One volley, then one question at a time. */
export class Interview {
  readonly #peer: Peer;
  readonly #context: ProbeContext;
  #outcome: Outcome = 'silent';
  #furtherLeft = MAX_FURTHER;

  constructor(peer: Peer, context: ProbeContext) {
    this.#peer = peer;
    this.#context = context;
  }

  async run(): Promise<Outcome> {
    const communities = this.#context.settings.snmpCommunities.slice(0, MAX_COMMUNITIES);
    const volley = communities.map((community): Get => ({ kind: 'get', version: '2c', community, oids: SYSTEM }));
    const asked = this.#ask([...volley, { kind: 'discover' }], FIRST_TIMEOUT_MS);
    const older = await this.#olderMeanwhile(asked, communities);
    const spoken = [...(await asked), ...older].find(({ question }) => question.kind === 'get');
    if (spoken?.question.kind === 'get') await this.#further(spoken.question, spoken.seen);
    else if (this.#worthMore()) await this.#otherVersions(older === NOT_ASKED ? communities : communities.slice(1));
    return this.#outcome;
  }

  /** Where most would have answered by now, v1 need not wait for the end of v2c's long time: both are listened for. */
  async #olderMeanwhile(asked: Promise<readonly Heard[]>, [community]: readonly string[]): Promise<readonly Heard[]> {
    const patienceMs = this.#context.transport.patienceMs?.(this.#peer.address);
    if (community === undefined || patienceMs === undefined || patienceMs >= FIRST_TIMEOUT_MS) return NOT_ASKED;
    const isQuiet = await Promise.race([asked.then(() => false), after(patienceMs)]);
    if (!isQuiet || !this.#worthMore()) return NOT_ASKED;
    return this.#ask([{ kind: 'get', version: '1', community, oids: SYSTEM }], FIRST_TIMEOUT_MS);
  }

  /** v2c is silent, yet somebody is there: an agent that speaks v1 only, or one that wants a user. */
  async #otherVersions(communities: readonly string[]): Promise<void> {
    for (const community of communities) {
      const question: Get = { kind: 'get', version: '1', community, oids: SYSTEM };
      const [reply] = await this.#ask([question], FIRST_TIMEOUT_MS);
      if (reply) return this.#further(question, reply.seen);
      if (!this.#worthMore()) return;
    }
    if (this.#outcome === 'answered') await this.#users();
  }

  /** Silence from an address nobody has heard of ends the matter. */
  #worthMore(): boolean {
    if (this.#context.settled(this.#peer.address)) return false;
    if (this.#outcome === 'answered') return true;
    return this.#outcome === 'silent' && this.#context.known(this.#peer.address).length > 0;
  }

  async #further(question: Get, seen: readonly Observation[]): Promise<void> {
    if (this.#context.settled(this.#peer.address)) return;
    if (question.version === '2c') {
      const enterprise = seen.find(({ field }) => field === 'snmp.sysObjectID.enterprise')?.value;
      const [reply] = await this.#askFurther({ ...question, oids: furtherObjects(enterprise) });
      if (reply && reply.errorStatus === 0) return;
    }
    // One missing object spoils a whole v1 answer, and some agents choke on long lists: one object at a time.
    for (const { key, rest } of PRIVATE) {
      const [reply] = await this.#askFurther({ ...question, oids: [key] });
      if (!reply) return;
      if (reply.seen.length === 0) continue;
      await this.#askFurther({ ...question, oids: rest });
      return;
    }
  }

  async #askFurther(question: Get): Promise<Heard[]> {
    return this.#furtherLeft-- > 0 ? this.#ask([question], FURTHER_TIMEOUT_MS) : [];
  }

  /** An unknown user name is an answer and leads to the next user; a wrong key is a refusal and ends it. */
  async #users(): Promise<void> {
    for (const user of this.#context.settings.snmpUsers.slice(0, MAX_USERS)) {
      const [reply] = await this.#ask([{ kind: 'get-v3', user, oids: SYSTEM }], FURTHER_TIMEOUT_MS);
      if (!reply || reply.refusal?.startsWith(WRONG_DIGESTS)) return;
      if (!reply.admitted) continue;
      if (this.#context.settled(this.#peer.address)) return;
      const enterprise = reply.seen.find(({ field }) => field === 'snmp.sysObjectID.enterprise')?.value;
      await this.#ask([{ kind: 'get-v3', user, oids: furtherObjects(enterprise) }], FURTHER_TIMEOUT_MS);
      return;
    }
  }

  async #ask(questions: readonly Question[], leastMs: number): Promise<Heard[]> {
    const { transport, settings, signal } = this.#context;
    const packets = questions.reduce((sum, { kind }) => sum + PACKETS[kind], 0);
    const timeoutMs = Math.max(settings.timeoutMs, leastMs);
    const talk = await transport.admit(this.#peer.address, packets, () => ask(this.#peer, questions, timeoutMs, signal));
    if (!talk) {
      if (this.#outcome !== 'answered') this.#outcome = signal.aborted ? 'aborted' : 'excluded';
      return [];
    }
    const heard = talk.replies
      .filter(({ datagrams }) => datagrams.length > 0)
      .map((reply) => hear(reply, reportReply(reply, this.#peer, this.#context)));
    if (heard.length > 0) this.#outcome = 'answered';
    else if (this.#outcome !== 'answered') this.#outcome = talk.strays.length > 0 ? 'not-understood' : talk.reach;
    if (heard.length === 0) reportStrays(talk.strays, this.#peer, this.#context);
    return heard;
  }
}

interface Heard {
  readonly question: Question;
  /** What was decoded from the answer. */
  readonly seen: readonly Observation[];
  readonly errorStatus: number | undefined;
  /** First object of a v3 Report: which statistic the question raised. */
  readonly refusal: string | undefined;
  /** The v3 user got values. */
  readonly admitted: boolean;
}

function hear(reply: Reply, seen: readonly Observation[]): Heard {
  const last = parseSnmp(reply.datagrams.at(-1) ?? new Uint8Array());
  return {
    question: reply.question,
    seen,
    errorStatus: last?.errorStatus,
    refusal: last?.pduType === PDU.report ? last.varbinds[0]?.oid : undefined,
    admitted: reply.varbinds.length > 0,
  };
}

/** Resolves to true; the timer keeps nobody from ending. */
function after(ms: number): Promise<true> {
  return new Promise((resolve) => void setTimeout(resolve, ms, true).unref());
}
