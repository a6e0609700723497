/**
 * ONVIF device service over SOAP: clock, device information, capabilities, services, scopes, network interfaces.
 *
 * Asked where WS-Discovery said the service is – at the address that answered, never at another host – or else once at the
 * usual path of each configured web port. Everything is asked without a login first. A login the user gave for this host is
 * used only for what was refused, in the one way the refusal allows, and never again after it was refused: five wrong tries
 * lock many cameras for half an hour. The isapi probe goes first: cameras that have both keep ONVIF users apart, and one
 * login is all a device gets in a day.
 */
import { chooseDigest } from '../digest.ts';
import { headerValues, parseChallenges, parseHttpMessage } from '../http-message.ts';
import { bestOutcome } from '../outcome.ts';
import { bytesResponse } from '../recording.ts';
import { ONVIF_FIELDS } from './decode.ts';
import type { Operation } from './request-writer.ts';
import { callOnvif, type Proof } from './soap.ts';
import { endpointAt, isAskable, type Endpoint } from './xaddr.ts';
import type { Observation } from '../observation.ts';
import type { AddressProbe, Credential, LoginResult, Outcome, ProbeContext } from '../probe.ts';

const USUAL_PATH = '/onvif/device_service';
/** Upper bounds of one exchange on a connection of its own, for the traffic notes. */
const PACKETS_OF_ONE = 8;
const BYTES_OF_ONE = 1800;
const MAX_ADVERTISED = 2;
const MAX_GUESSES = 8;

/** After the clock, most telling first: a device that stops answering half-way has then said the most. */
const OPERATIONS = ['GetDeviceInformation', 'GetCapabilities', 'GetServices', 'GetScopes', 'GetNetworkInterfaces'] as const;
/** What an inventory still wants of a device that is identified already. */
const INVENTORY_OPERATIONS = ['GetDeviceInformation', 'GetNetworkInterfaces'] as const satisfies readonly Operation[];

export const onvifProbe: AddressProbe = {
  id: 'onvif',
  title: 'ONVIF device service',
  scope: 'address',
  wave: 2,
  after: 'isapi',
  fields: ONVIF_FIELDS,
  traffic: ({ ports }) => [
    ...ports.http
      .filter(isAskable)
      .slice(0, MAX_GUESSES)
      .map((port) => ({
        what: `ONVIF GetSystemDateAndTime at ${USUAL_PATH}, or where a WS-Discovery answer of the same address points`,
        to: `TCP ${port}`,
        packetsSilent: 2,
        packetsAnswered: PACKETS_OF_ONE,
        bytes: BYTES_OF_ONE,
      })),
    {
      what: `where that answers like ONVIF: ${OPERATIONS.join(', ')}; signed once more with the login for this host, if one was given`,
      to: 'the same port',
      packetsSilent: 0,
      packetsAnswered: 2 * OPERATIONS.length * PACKETS_OF_ONE,
      bytes: 2 * OPERATIONS.length * BYTES_OF_ONE,
    },
  ],
  run: async (address, context) => {
    const advertised = advertisedEndpoints(address, context.known(address));
    // A device that is identified and did not name its service has nothing to tell that is worth guessing for.
    const isEnough = (): boolean => advertised.length === 0 && context.settled(address) && !context.mayLogIn(address);
    if (isEnough()) return 'spared';
    const endpoints = advertised.length > 0 ? advertised : usualEndpoints(context);
    const outcomes: Outcome[] = [];
    for (const endpoint of endpoints) {
      if (context.signal.aborted) return bestOutcome([...outcomes, 'aborted']);
      const outcome = await askEndpoint({ address, endpoint, advertised: advertised.length > 0, context });
      outcomes.push(outcome);
      if (outcome === 'answered' || outcome === 'excluded' || isEnough()) break;
    }
    return bestOutcome(outcomes);
  },
};

/** XAddrs of ONVIF matches this address sent, with `/onvif/` paths first. Printers and PCs answer WS-Discovery too. */
export function advertisedEndpoints(address: string, known: readonly Observation[]): Endpoint[] {
  const own = known.filter((seen) => seen.address === address && seen.protocol === 'ws-discovery');
  const speaking = new Set(own.filter(speaksOfOnvif).map(({ recording }) => recording));
  const xaddrs = own.flatMap(({ field, value, recording }) => (field === 'wsd.xaddrs' && speaking.has(recording) ? [value] : []));
  const endpoints = xaddrs.map((xaddr) => endpointAt(xaddr, address)).filter((endpoint) => endpoint !== undefined);
  const distinct = new Map(endpoints.map((endpoint) => [JSON.stringify(endpoint), endpoint]));
  const rank = ({ path }: Endpoint): number => (/onvif/i.test(path) ? 0 : 1);
  return [...distinct.values()].sort((one, other) => rank(one) - rank(other)).slice(0, MAX_ADVERTISED);
}

function speaksOfOnvif({ field, value }: Observation): boolean {
  if (field === 'wsd.types') return value.includes('NetworkVideo');
  if (field === 'wsd.scope') return value.toLowerCase().startsWith('onvif://');
  return field === 'wsd.xaddrs.path' && value.toLowerCase().includes('onvif');
}

function usualEndpoints({ settings }: ProbeContext): Endpoint[] {
  return settings.ports.http
    .filter(isAskable)
    .slice(0, MAX_GUESSES)
    .map((port) => ({ tls: false, port, path: USUAL_PATH }));
}

interface Asking {
  readonly address: string;
  readonly endpoint: Endpoint;
  /** WS-Discovery named this endpoint; otherwise it is a guess, and only an ONVIF answer leads on. */
  readonly advertised: boolean;
  readonly context: ProbeContext;
}

/** An exchange that brought an answer. */
interface Exchange {
  readonly observations: readonly Observation[];
  readonly bytes: Uint8Array;
}

async function askEndpoint(asking: Asking): Promise<Outcome> {
  const { address, context } = asking;
  const first = await exchange(asking, 'GetSystemDateAndTime');
  if (typeof first === 'string') return first;
  const mayLogIn = context.mayLogIn(address) !== undefined;
  if (!speaksOnvif(first, asking.advertised)) {
    const challenged = asking.advertised && digestOf(first) !== undefined;
    if (!challenged) return isDeclined(first) ? 'refused' : 'not-understood';
    if (!mayLogIn) return 'answered'; // The challenge is the answer, and it would be the same five times more.
  }

  const login: Login = { state: mayLogIn ? 'untried' : 'over', credential: undefined, clockOffsetMs: clockOffset(first) };
  for (const operation of context.settled(address) ? INVENTORY_OPERATIONS : OPERATIONS) {
    if (context.signal.aborted || !(await ask(asking, operation, login))) break;
    if (login.state === 'over' && !speaksOnvif(first, asking.advertised)) break;
  }
  return 'answered';
}

/** The user's login for this host: taken when the first request is to be signed, over at the first refusal. */
interface Login {
  state: 'untried' | 'accepted' | 'over';
  credential: Credential | undefined;
  readonly clockOffsetMs: number;
}

/** Asks openly, and with the login where that was refused. False when the device stopped answering. */
async function ask(asking: Asking, operation: Operation, login: Login): Promise<boolean> {
  const open = await exchange(asking, operation);
  if (typeof open === 'string') return false;
  const proof = isRefusal(open) ? proofFor(open, login, asking) : undefined;
  if (!proof) return true;
  const signed = await exchange(asking, operation, proof);
  const accepted = typeof signed !== 'string' && valueOf(signed, 'soap.operation') === `${operation}Response`;
  if (login.state === 'untried') asking.context.loginResult(asking.address, accepted ? 'accepted' : failureOf(signed));
  login.state = accepted ? 'accepted' : 'over';
  return typeof signed !== 'string';
}

function proofFor(refused: Exchange, login: Login, { address, context }: Asking): Proof | undefined {
  const challenge = digestOf(refused);
  if (login.state === 'over' || (!challenge && valueOf(refused, 'soap.fault') === undefined)) return undefined;
  const credential = (login.credential ??= context.credential(address));
  if (!credential) {
    login.state = 'over';
    return undefined;
  }
  return challenge ? { kind: 'digest', credential, challenge } : { kind: 'wsse', credential, clockOffsetMs: login.clockOffsetMs };
}

/** No answer, an old nonce or some other fault says nothing of the password. */
function failureOf(signed: Exchange | Outcome): LoginResult {
  if (typeof signed === 'string' || !isRefusal(signed)) return 'unknown';
  const stale = signed.observations.some(({ field, value }) => field === 'http.auth.challenge' && /\bstale="?true/i.test(value));
  return stale ? 'unknown' : 'refused';
}

async function exchange({ address, endpoint, context }: Asking, operation: Operation, proof?: Proof): Promise<Exchange | Outcome> {
  const { userAgent, timeoutMs } = context.settings;
  const reply = await callOnvif({ address, endpoint, operation, userAgent, timeoutMs, proof }, context.transport);
  if (!reply) return 'not-understood';
  if (reply.bytes.length === 0) return reply.reach === 'answered' ? 'not-understood' : reply.reach;
  const observations = context.report({
    protocol: 'onvif',
    from: { address, port: endpoint.port },
    request: { operation, path: endpoint.path, tls: endpoint.tls, ...(proof ? { login: proof.kind } : {}) },
    response: bytesResponse(reply.bytes),
  });
  return { observations, bytes: reply.bytes };
}

/** A clock, or a fault in an ONVIF envelope. Any SOAP fault counts where WS-Discovery promised ONVIF. */
function speaksOnvif(answer: Exchange, advertised: boolean): boolean {
  const operation = valueOf(answer, 'soap.operation');
  if (operation === 'GetSystemDateAndTimeResponse') return true;
  if (operation !== 'Fault') return false;
  return advertised || answer.observations.some(({ field, value }) => field === 'soap.namespace' && value.includes('www.onvif.org/'));
}

const REFUSAL = /not\s*authori[sz]ed|unauthori[sz]ed|authenticat|authority|security/i;

function isRefusal(answer: Exchange): boolean {
  const status = valueOf(answer, 'http.status');
  if (status === '401' || status === '403') return true;
  return answer.observations.some(({ field, value }) => field === 'soap.fault' && REFUSAL.test(value));
}

function digestOf({ bytes }: Exchange): ReturnType<typeof chooseDigest> {
  const { status, headers } = parseHttpMessage(bytes);
  return status === 401 ? chooseDigest(headerValues(headers, 'www-authenticate').flatMap(parseChallenges)) : undefined;
}

function clockOffset(answer: Exchange): number {
  const clock = Date.parse(valueOf(answer, 'onvif.clock') ?? '');
  return Number.isNaN(clock) ? 0 : clock - Date.now();
}

/** An HTTP server that says there is no such thing here, or not for us: no ONVIF, but nothing unclear either. */
function isDeclined({ bytes }: Exchange): boolean {
  return (parseHttpMessage(bytes).status ?? 0) >= 300;
}

function valueOf({ observations }: Exchange, wanted: string): string | undefined {
  return observations.find(({ field }) => field === wanted)?.value;
}
