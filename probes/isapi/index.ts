/**
 * ISAPI with the login the user gave for this host: deviceInfo for exact model, firmware and serial, and of a recorder the list
 * of its channels. Without a login it sends nothing at all: what is open to everybody the http probe asks.
 *
 * The challenge is taken first, then at most one request is signed, by digest. The first refusal ends it; so does any sign that the
 * account is locked or nearly so. The password itself (Basic) goes over TLS only, and only where the user allowed it. GET only.
 */
import { randomBytes } from 'node:crypto';
import { chooseDigest, digestAuthorization, type DigestChallenge } from '../digest.ts';
import { answerWatcher, headerValues, parseChallenges, parseHttpMessage, type HttpMessage } from '../http-message.ts';
import { bestOutcome } from '../outcome.ts';
import { bytesResponse } from '../recording.ts';
import { secretsOf, withoutSecrets } from '../redact.ts';
import { basicAuthorization, pathOf, requestBytes, TREES, type Document, type Door, type Tree } from './request.ts';
import type { Observation } from '../observation.ts';
import type { AddressProbe, Credential, LoginResult, Outcome, ProbeContext, ProbeSettings, TrafficNote } from '../probe.ts';
import type { TcpReply } from '../transport.ts';

/** Sixty-four channels at a kilobyte each, and room. */
const MAX_ANSWER_BYTES = 262_144;
const PACKETS_AN_EXCHANGE = 12;
const PACKETS_TLS = 6;
const BYTES_AN_EXCHANGE = 1100;

export const isapiProbe: AddressProbe = {
  id: 'isapi',
  title: 'ISAPI with a login',
  fields: ['isapi.*', 'http.*'],
  scope: 'address',
  wave: 2,
  needsLogin: true,
  traffic,
  run: async (address, context) => {
    if (!context.mayLogIn(address)) return 'excluded';
    const outcomes: Outcome[] = [];
    for (const door of doors(context.settings)) {
      if (context.signal.aborted) return bestOutcome([...outcomes, 'aborted']);
      const { outcome, over } = await askDoor({ address, door, context });
      outcomes.push(outcome);
      if (over) break;
    }
    return bestOutcome(outcomes);
  },
};

/** Plain ports first: they nearly always answer, and a digest needs no TLS. A port in both lists speaks TLS. */
function doors({ ports }: ProbeSettings): Door[] {
  const plain = ports.http.filter((port) => !ports.https.includes(port));
  return [...[...new Set(plain)].map((port) => ({ port, tls: false })), ...[...new Set(ports.https)].map((port) => ({ port, tls: true }))];
}

interface Asking {
  readonly address: string;
  readonly door: Door;
  readonly context: ProbeContext;
}

interface Exchange {
  readonly reply: TcpReply;
  readonly message: HttpMessage;
  readonly observations: readonly Observation[];
}

interface Ending {
  readonly outcome: Outcome;
  /** True when no other port needs asking, or may be. */
  readonly over: boolean;
}

/** The first tree that is there decides. */
async function askDoor(asking: Asking): Promise<Ending> {
  for (const tree of TREES) {
    const first = await exchange(asking, pathOf(tree, 'deviceInfo'));
    const { reach, bytes } = first.reply;
    // Connected and left without a word is how one OEM firmware declines the name of the tree.
    const declined = reach === 'answered' && (bytes.length === 0 || first.message.status === 404);
    if (declined && !asking.context.signal.aborted) continue;
    return bytes.length === 0
      ? { outcome: reach === 'answered' ? 'refused' : reach, over: reach === 'excluded' }
      : askTree(asking, tree, first);
  }
  return { outcome: 'refused', over: false };
}

async function askTree(asking: Asking, tree: Tree, first: Exchange): Promise<Ending> {
  const { status, version } = first.message;
  if (!/^HTTP/i.test(version) || status === undefined) return { outcome: 'not-understood', over: false };
  if (status === 200 && isDeviceInfo(first)) {
    await askChannels(asking, tree, first, undefined);
    return { outcome: 'answered', over: true };
  }
  // A redirect, an error, a page of something else: not this way.
  if (status !== 401) return { outcome: 'refused', over: false };
  const way = wayIn(first, asking);
  if (!way || isNearLockout(first) || !(await isIsapi(asking, first))) return { outcome: 'refused', over: false };
  return signIn(asking, tree, way);
}

type Way = { readonly kind: 'digest'; readonly challenge: DigestChallenge } | { readonly kind: 'basic' };

function wayIn({ message }: Exchange, { address, door, context }: Asking): Way | undefined {
  const challenges = headerValues(message.headers, 'www-authenticate').flatMap(parseChallenges);
  const challenge = chooseDigest(challenges);
  if (challenge) return { kind: 'digest', challenge };
  const mayBasic = door.tls && context.mayLogIn(address)?.allowBasic === true;
  return mayBasic && challenges.some(({ scheme }) => scheme === 'basic') ? { kind: 'basic' } : undefined;
}

/**
 * Some servers challenge whatever is asked of them. A login is not spent on those: ONVIF may need it. ISAPI says so in the
 * refusal, or leaves its login page open.
 */
async function isIsapi(asking: Asking, challenged: Exchange): Promise<boolean> {
  if (valueOf(challenged, 'isapi.root') !== undefined) return true;
  const { status } = (await exchange(asking, '/')).message;
  return status !== undefined && status !== 401;
}

const LOCKED = /^lock(?:ed)?$|(?:user|account|ip(?:Address)?)_?Locked/i;

/** The device says, before anything was signed, that this account or address is locked or has one try left. */
function isNearLockout(exchange: Exchange): boolean {
  const says = exchange.observations.filter(({ field }) => field.startsWith('isapi.'));
  if (says.some(({ value }) => LOCKED.test(value))) return true;
  return says.some(({ field, value }) => /\.retry\w*$/i.test(field) && /^[01]$/.test(value));
}

async function signIn(asking: Asking, tree: Tree, way: Way): Promise<Ending> {
  const { address, context } = asking;
  const credential = context.credential(address);
  if (!credential) return { outcome: 'refused', over: true }; // another process was first
  const login: Login = { way, credential, count: 0 };
  const signed = await exchange(asking, pathOf(tree, 'deviceInfo'), login);
  const result = login.unsendable ? 'unknown' : resultOf(signed);
  context.loginResult(address, result);
  if (result === 'accepted') await askChannels(asking, tree, signed, login);
  return { outcome: result === 'accepted' ? 'answered' : 'refused', over: true };
}

function resultOf({ message, observations }: Exchange): LoginResult {
  const { status, headers } = message;
  // Digest with `stale`: the password was right and the nonce old. Another try would tell, but there is only one.
  if (status === 401 && headerValues(headers, 'www-authenticate').some((value) => /\bstale="?true/i.test(value))) return 'unknown';
  const says = observations.find(({ field }) => field === 'isapi.statusValue')?.value;
  if (status === 401 || status === 403 || says === '401' || says === '403') return 'refused';
  return status !== undefined && status >= 200 && status < 300 ? 'accepted' : 'unknown';
}

/** Cameras behind a recorder sit on its own inner switch: nothing else shows them. */
async function askChannels(asking: Asking, tree: Tree, info: Exchange, login: Login | undefined): Promise<void> {
  if (tree === '/PSIA' || asking.context.signal.aborted || !isRecorder(info)) return;
  await exchange(asking, pathOf(tree, 'channels'), login);
}

function isRecorder(info: Exchange): boolean {
  return /nvr|dvr|dvs|recorder/i.test(valueOf(info, 'isapi.deviceType') ?? '');
}

function isDeviceInfo(exchange: Exchange): boolean {
  return valueOf(exchange, 'isapi.root')?.toLowerCase() === 'deviceinfo';
}

/** The login in use; `count` goes up with every request signed with the same nonce. */
interface Login {
  readonly way: Way;
  readonly credential: Credential;
  count: number;
  /** A user name no header can carry: the request went unsigned. */
  unsendable?: boolean;
}

async function exchange({ address, door, context }: Asking, path: string, login?: Login): Promise<Exchange> {
  const send = requestBytes({ address, door, path, userAgent: context.settings.userAgent, authorization: login && authorize(login, path) });
  const reply = await context.transport.tcp({ address, ...door, send, until: answerWatcher(), maxBytes: MAX_ANSWER_BYTES });
  const bytes = login ? withoutSecrets(reply.bytes, secretsOf(send, login.credential)) : reply.bytes;
  const observations =
    bytes.length === 0
      ? []
      : context.report({
          protocol: 'isapi',
          from: { address, port: door.port },
          request: { method: 'GET', path, tls: door.tls, ...(login ? { login: login.way.kind } : {}) },
          response: bytesResponse(bytes),
        });
  return { reply, message: parseHttpMessage(bytes), observations };
}

function authorize(login: Login, uri: string): string | undefined {
  const { way, credential } = login;
  if (way.kind === 'basic') return basicAuthorization(credential);
  const count = ++login.count;
  const value = digestAuthorization(way.challenge, { method: 'GET', uri, credential, count, cnonce: randomBytes(16).toString('hex') });
  login.unsendable = value === undefined;
  return value;
}

function valueOf({ observations }: Exchange, wanted: string): string | undefined {
  return observations.find(({ field }) => field === wanted)?.value;
}

function traffic(settings: ProbeSettings): readonly TrafficNote[] {
  const paths = (document: Document): string => pathOf('/ISAPI', document);
  return doors(settings).map(({ port, tls }) => ({
    what:
      `only to hosts you gave a login for: GET ${paths('deviceInfo')} (or under ${TREES.slice(1).join(', ')} where that is not there), / once; ` +
      `signed by digest once a device and day; of a recorder GET ${paths('channels')}`,
    to: `TCP ${port}`,
    packetsSilent: 0,
    packetsAnswered: (TREES.length + 3) * (PACKETS_AN_EXCHANGE + (tls ? PACKETS_TLS : 0)),
    bytes: (TREES.length + 3) * (BYTES_AN_EXCHANGE + settings.userAgent.length),
  }));
}
