/**
 * A world for probes without a network: canned answers by request, a record of everything sent, and `report` through a
 * real decoder. Generic: no protocol is known here. Nothing waits; a test that needs time passing uses its own handler.
 */
import type { Field, Observation } from '../../probes/observation.ts';
import type { Answer, Credential, Decoder, LoginResult, ProbeContext, ProbeSettings } from '../../probes/probe.ts';
import type { Reach, SegmentRequest, TcpReply, TcpRequest, Transport, UdpAnswer, UdpReply, UdpRequest } from '../../probes/transport.ts';

/** Bytes or text are a completed answer; a text naming a Reach (`silent`, `refused` …) is an exchange that came to nothing. */
export type TcpScript = Uint8Array | string | TcpReply;
export type UdpScript = readonly (Uint8Array | string | UdpAnswer)[] | Reach | UdpReply;

const REACHES: readonly string[] = ['refused', 'silent', 'unreachable', 'excluded', 'aborted'] satisfies Reach[];

export interface FakeWorld {
  /** One decoder for all protocols, or one a protocol. Default: no fields. */
  readonly decoder?: Decoder | Readonly<Record<string, Decoder>> | undefined;
  readonly settings?: Partial<ProbeSettings> | undefined;
  readonly ports?: Partial<ProbeSettings['ports']> | undefined;
  /** Default: every port refuses. */
  readonly tcp?: ((request: TcpRequest, index: number) => TcpScript) | undefined;
  /** Default: silence. */
  readonly udp?: ((request: UdpRequest, index: number) => UdpScript) | undefined;
  /** Datagrams that come back to a segment question. Default: none. */
  readonly segment?: ((request: SegmentRequest) => readonly UdpAnswer[]) | undefined;
  readonly known?: ((address: string) => readonly (Field & Partial<Observation>)[]) | undefined;
  readonly settled?: ((address: string) => boolean) | undefined;
  /** The login of a host; taken at most once, as the ledger of a scan has it. */
  readonly credential?: ((address: string) => Credential | undefined) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Fake {
  readonly context: ProbeContext;
  /** Everything a probe asked for, in order. */
  readonly sent: {
    readonly tcp: TcpRequest[];
    readonly udp: UdpRequest[];
    readonly segment: SegmentRequest[];
    readonly admitted: string[];
  };
  /** Everything it reported, and what was decoded from it. */
  readonly reported: Answer[];
  readonly observed: Observation[];
  /** Distinct values of a field among `observed`, in order. */
  readonly values: (field: string) => string[];
  /** Addresses whose login was taken, and what the probe said became of it. */
  readonly logins: { readonly taken: string[]; readonly results: (readonly [address: string, result: LoginResult])[] };
}

export const FAKE_SETTINGS: ProbeSettings = {
  ports: {
    http: [80],
    https: [443],
    rtsp: [554],
    snmp: [161],
    'ws-discovery': [3702],
    mdns: [5353],
    ssdp: [1900],
    sadp: [37020],
    dhip: [37810],
    sdk: [8000],
    'dahua-sdk': [37777],
    ftp: [21],
    telnet: [23],
  },
  snmpCommunities: ['public'],
  snmpUsers: [],
  userAgent: 'Camsweep/test',
  timeoutMs: 500,
  settleMs: 500,
};

export function fakeContext(world: FakeWorld = {}): Fake {
  const reported: Answer[] = [];
  const observed: Observation[] = [];
  const sent: Fake['sent'] = { tcp: [], udp: [], segment: [], admitted: [] };
  const logins: Fake['logins'] = { taken: [], results: [] };
  const context: ProbeContext = {
    transport: fakeTransport(world, sent),
    settings: { ...FAKE_SETTINGS, ...world.settings, ports: { ...FAKE_SETTINGS.ports, ...world.ports } },
    signal: world.signal ?? new AbortController().signal,
    report: (answer) => {
      reported.push(answer);
      const observations = decodeAnswer(answer, reported.length, world.decoder);
      observed.push(...observations);
      return observations;
    },
    known: (address) => [
      ...(world.known?.(address) ?? []).map((seen) => ({ recording: 'earlier', protocol: 'earlier', address, ...seen })),
      ...observed.filter((seen) => seen.address === address),
    ],
    settled: (address) => world.settled?.(address) ?? false,
    mayLogIn: (address) => {
      const login = logins.taken.includes(address) ? undefined : world.credential?.(address);
      return login && { allowBasic: login.allowBasic === true };
    },
    credential: (address) => {
      const login = logins.taken.includes(address) ? undefined : world.credential?.(address);
      if (login) logins.taken.push(address);
      return login;
    },
    loginResult: (address, result) => logins.results.push([address, result]),
  };
  const values = (field: string): string[] => [...new Set(observed.filter((seen) => seen.field === field).map(({ value }) => value))];
  return { context, sent, reported, observed, values, logins };
}

function decodeAnswer(answer: Answer, number: number, decoder: FakeWorld['decoder']): Observation[] {
  const decode = typeof decoder === 'function' ? decoder : decoder?.[answer.protocol];
  const id = `fake-${number}`;
  const fields = decode?.({ id, ...answer }) ?? [];
  return fields.map((seen) => ({
    ...seen,
    recording: id,
    protocol: answer.protocol,
    address: answer.from.address,
    port: answer.from.port,
  }));
}

function fakeTransport(world: FakeWorld, sent: Fake['sent']): Transport {
  return {
    tcp: (request) => {
      const script = world.tcp?.(request, sent.tcp.length) ?? 'refused';
      sent.tcp.push(request);
      return Promise.resolve(tcpReply(script));
    },
    udp: (request) => {
      const script = world.udp?.(request, sent.udp.length) ?? 'silent';
      sent.udp.push(request);
      return Promise.resolve(udpReply(script, request));
    },
    segment: (request) => {
      sent.segment.push(request);
      for (const answer of world.segment?.(request) ?? []) request.onAnswer(answer);
      return Promise.resolve({ reach: 'answered' });
    },
    admit: async (address, _packets, use) => {
      sent.admitted.push(address);
      return use();
    },
  };
}

function tcpReply(script: TcpScript): TcpReply {
  if (typeof script === 'object' && 'reach' in script) return script;
  if (isReach(script)) return { reach: script, bytes: new Uint8Array(), ended: 'none' };
  return { reach: 'answered', bytes: bytesOf(script), ended: 'complete', connectMs: 1 };
}

function udpReply(script: UdpScript, request: UdpRequest): UdpReply {
  if (typeof script === 'string') return { reach: script, answers: [] };
  if ('reach' in script) return script;
  const answers = script.map((answer) =>
    typeof answer === 'object' && 'from' in answer
      ? answer
      : { bytes: bytesOf(answer), from: { address: request.address, port: request.port } },
  );
  const wanted = answers.slice(0, request.maxAnswers ?? 1);
  return { reach: wanted.length > 0 ? 'answered' : 'silent', answers: wanted };
}

function isReach(script: Uint8Array | string): script is Reach {
  return typeof script === 'string' && REACHES.includes(script);
}

function bytesOf(content: Uint8Array | string): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
}
