/**
 * The http probe: front page, at most two redirects, favicon and certificate of every listed port, then the open documents
 * of paths.ts until the device is known or the port shows that it has none. GET only, no Authorization header, no image of
 * a scene, no other address than the one asked. Design sections 3, 8 and 9; facts in public captures of the firmware.
 */
import { bodyText, headerValue, isTlsAlert } from '../http-message.ts';
import type { AddressProbe, Outcome, ProbeContext, ProbeSettings, TrafficNote } from '../probe.ts';
import { openHost, type Exchange, type Host } from './host.ts';
import { iconLink, metaRefreshes, scriptRedirects } from './page.ts';
import { VENDOR_PATHS } from './paths.ts';
import { isIconPath, resolveTarget, type Target } from './target.ts';

const MAX_REDIRECTS = 2;

/** A port that speaks HTTP, and where its front page led. */
interface Front {
  readonly root: Target;
  readonly landing: Target;
}

export const httpProbe: AddressProbe = {
  id: 'http',
  title: 'HTTP and TLS: front page, favicon, certificate, open status documents',
  fields: ['http.*', 'tls.*', 'isapi.*', 'upnp.*'],
  scope: 'address',
  wave: 2,
  traffic,
  run: async (address: string, context: ProbeContext): Promise<Outcome> => {
    const host = openHost(address, context);
    const fronts: Front[] = [];
    for (const root of roots(context.settings)) {
      // One page of a device that is identified already confirms it; the others would say the same.
      if (context.signal.aborted || (fronts.length > 0 && context.settled(address))) break;
      const front = await askFront(host, root);
      if (front) fronts.push(front);
    }
    for (const front of fronts) {
      // A port whose front page only leads to another one gets no second round of the same questions.
      const leadsAway = front.landing.port !== front.root.port && fronts.some(({ root }) => root.port === front.landing.port);
      if (!leadsAway) await askVendorPaths(host, front.root);
    }
    return host.outcome();
  },
};

/** Front pages to ask: every listed port once. A port in both lists speaks TLS. */
function roots({ ports }: ProbeSettings): Target[] {
  const plain = ports.http.filter((port) => !ports.https.includes(port));
  return [
    ...[...new Set(plain)].map((port) => ({ port, tls: false, path: '/' })),
    ...[...new Set(ports.https)].map((port) => ({ port, tls: true, path: '/' })),
  ];
}

async function askFront(host: Host, root: Target): Promise<Front | undefined> {
  let page = await host.ask(root);
  if (!root.tls && wantsTls(page) && !host.context.signal.aborted) page = await host.ask({ ...root, tls: true });
  if (!page.isHttp) return undefined;
  const { target } = page;
  const landed = await followRedirects(host, page);
  await askIcon(host, landed);
  return { root: target, landing: landed.target };
}

/** A TLS server that was spoken to in plain text: an alert record, a page that says so, or a door closed without a word. */
function wantsTls({ reply, message }: Exchange): boolean {
  if (isTlsAlert(reply.bytes)) return true;
  if (reply.bytes.length === 0) return reply.ended === 'closed' || reply.ended === 'reset';
  const refused = message.status !== undefined && message.status >= 400 && message.status < 500;
  return refused && /HTTP request (?:was sent )?to (?:an? )?HTTPS|speaking plain HTTP to an SSL/i.test(bodyText(message, 4096));
}

async function followRedirects(host: Host, start: Exchange): Promise<Exchange> {
  const visited = [start.target];
  let page = start;
  for (let hop = 0; hop < MAX_REDIRECTS && !host.context.signal.aborted; hop++) {
    const target = redirectOf(page, host, visited);
    if (!target) break;
    visited.push(target);
    const next = await host.ask(target);
    if (!next.isHttp) break;
    page = next;
  }
  return page;
}

/** The first redirect of a page that may be followed and was not yet on this way. */
function redirectOf({ message, target }: Exchange, host: Host, visited: readonly Target[]): Target | undefined {
  const { status } = message;
  const isRedirect = status !== undefined && status >= 300 && status < 400;
  const page = bodyText(message);
  const references = isRedirect ? [headerValue(message.headers, 'location') ?? ''] : [...metaRefreshes(page), ...scriptRedirects(page)];
  return references
    .filter((reference) => reference !== '')
    .map((reference) => resolveTarget(reference, target, host.address, host.context.settings.ports))
    .find((next) => next !== undefined && !visited.some((seen) => isSame(seen, next)));
}

async function askIcon(host: Host, { message, target }: Exchange): Promise<void> {
  if (host.context.signal.aborted || host.context.settled(host.address)) return;
  const link = iconLink(bodyText(message));
  const linked = link === undefined ? undefined : resolveTarget(link, target, host.address, host.context.settings.ports);
  const icon = linked && isIconPath(linked.path) ? linked : { ...target, path: '/favicon.ico' };
  await host.ask(icon, 'favicon');
}

/** Asks the open documents in turn; leaves the port once two answers were of one form, or it no longer answers. */
async function askVendorPaths(host: Host, root: Target): Promise<void> {
  const forms = new Set<string>();
  for (const { path } of VENDOR_PATHS) {
    if (host.context.signal.aborted || host.context.settled(host.address)) return;
    const target = { ...root, path };
    if (host.wasAsked(target)) continue;
    const exchange = await host.ask(target);
    if (exchange.reply.reach !== 'answered' && exchange.reply.reach !== 'silent') return;
    const form = formOf(exchange);
    if (forms.has(form)) return;
    forms.add(form);
  }
}

/** What is left of an answer when the asked path, digits and header values are taken out: a stock page stays the same. */
function formOf({ message, target }: Exchange): string {
  const words = [target.path, target.path.slice(1), target.path.slice(target.path.lastIndexOf('/') + 1)];
  const body = words.reduce((text, word) => text.replaceAll(word, ''), bodyText(message, 2048)).replace(/\d+/g, '#');
  return [message.status ?? '-', message.headers.map(([name]) => name.toLowerCase()).join(), body].join('\n');
}

function isSame(a: Target, b: Target): boolean {
  return a.port === b.port && a.tls === b.tls && a.path === b.path;
}

/** Packets of one exchange when all goes well: handshake, request, acknowledgements of up to 64 KiB, close. */
const PACKETS_AN_EXCHANGE = 30;
const BYTES_A_REQUEST = 260;
const PACKETS_TLS = 6;
const BYTES_TLS = 700;

function traffic(settings: ProbeSettings): readonly TrafficNote[] {
  const documents = VENDOR_PATHS.map(({ path }) => path).join(' ');
  return roots(settings).map(({ port, tls }) => {
    const requests = 1 + (tls ? 0 : 1) + MAX_REDIRECTS + 1 + VENDOR_PATHS.length;
    return {
      what:
        `${tls ? 'TLS handshake and GET' : 'GET'} /; up to ${MAX_REDIRECTS} redirects on the same address; the favicon; then, in this order, each at most once ` +
        `and only until the device is known or two answers are alike: ${documents}${tls ? '' : '; TLS instead, tried once, where the port answers a plain request as a TLS server does'}`,
      to: `TCP ${port}`,
      packetsSilent: 2,
      packetsAnswered: requests * (PACKETS_AN_EXCHANGE + (tls ? PACKETS_TLS : 0)),
      bytes: requests * (BYTES_A_REQUEST + settings.userAgent.length + (tls ? BYTES_TLS : 0)),
    };
  });
}
