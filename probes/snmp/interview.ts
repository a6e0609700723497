/** The questions to one SNMP agent, in order and counted. Order and reasons: readme.md. Never rejects. */
import type { Observation } from '../observation.ts';
import type { Outcome, ProbeContext } from '../probe.ts';
import { ask, GRACE_MS, PACKETS } from './ask.ts';
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

/** When the questions after the first volley go out. */
const LOOK_AFTER_MS = 250;

const NOBODY: readonly Heard[] = [];

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
    let cut: () => void = () => undefined;
    const isCut = new Promise<void>((resolve) => (cut = resolve));
    const asked = volley.length === 0 ? Promise.resolve(NOBODY) : this.#ask(volley, FIRST_TIMEOUT_MS, isCut);
    const others = await this.#othersMeanwhile(asked, communities, isCut, cut);
    const spoken = [...(await asked), ...others].find(({ question }) => question.kind === 'get');
    if (spoken?.question.kind === 'get') await Promise.all([this.#further(spoken.question, spoken.seen), this.#engine(spoken)]);
    else if (this.#worthMore()) await this.#otherVersions(others.some(isOld) ? communities.slice(1) : communities);
    return this.#outcome;
  }

  /**
   * Most agents have answered v2c by now, and most hosts without one refused it. Those that are still quiet are asked for their
   * engine and in v1. Who shows no service at all is then not waited for as long as a camera.
   */
  async #othersMeanwhile(
    asked: Promise<readonly Heard[]>,
    [community]: readonly string[],
    isCut: Promise<void>,
    cut: () => void,
  ): Promise<readonly Heard[]> {
    const early = await Promise.race([asked, after(LOOK_AFTER_MS)]);
    const isOver = early !== undefined && community !== undefined; // answered, refused, or nobody may be asked
    if (isOver || this.#context.settled(this.#peer.address)) return NOBODY;
    const older: Question[] =
      early === undefined && community !== undefined && this.#worthMore() ? [{ kind: 'get', version: '1', community, oids: SYSTEM }] : [];
    void this.#cutWhereNobodyIs(cut);
    const others = await this.#ask([{ kind: 'discover' }, ...older], FIRST_TIMEOUT_MS, isCut);
    // Who answers the one question answers the other about as fast.
    if (others.length > 0) void after(GRACE_MS).then(cut);
    return others;
  }

  /** The engine ID of an agent that answers a community; most of these speak no v3, so it is not waited for long. */
  async #engine({ question }: Heard): Promise<void> {
    if (question.kind !== 'get' || question.version === '1' || this.#context.settled(this.#peer.address)) return;
    await this.#ask([{ kind: 'discover' }], FIRST_TIMEOUT_MS, after(GRACE_MS));
  }

  async #cutWhereNobodyIs(cut: () => void): Promise<void> {
    const patienceMs = this.#context.transport.patienceMs?.(this.#peer.address) ?? FIRST_TIMEOUT_MS;
    await after(patienceMs);
    if (!this.#showsService() || this.#context.settled(this.#peer.address)) cut();
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
    return this.#outcome === 'silent' && this.#showsService();
  }

  /** A MAC alone is no service. */
  #showsService(): boolean {
    return this.#context.known(this.#peer.address).some(({ protocol }) => protocol !== 'arp');
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

  async #ask(questions: readonly Question[], leastMs: number, cut?: Promise<void>): Promise<Heard[]> {
    const { transport, settings, signal } = this.#context;
    const packets = questions.reduce((sum, { kind }) => sum + PACKETS[kind], 0);
    const timeoutMs = Math.max(settings.timeoutMs, leastMs);
    const talk = await transport.admit(this.#peer.address, packets, () => ask(this.#peer, questions, timeoutMs, signal, cut));
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

function isOld({ question }: Heard): boolean {
  return question.kind === 'get' && question.version === '1';
}

/** The timer keeps nobody from ending. */
function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => void setTimeout(resolve, ms, undefined).unref());
}
