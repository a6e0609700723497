/**
 * HTTP recordings to `http.*` fields: head, challenges, title, redirects, body, favicon, XML; `isapi.*` as well where the
 * body is a document of that family. Pure; never throws; names no maker. Fields: signatures/vocabulary/fields.yaml.
 */
import { headFields } from '../http-fields.ts';
import { bodyText, headerValue, messageOf, type HttpMessage } from '../http-message.ts';
import { isapiFields, looksLikeIsapi, xmlFields } from '../isapi-fields.ts';
import { field, optionalField, type Field } from '../observation.ts';
import type { Decoder } from '../probe.ts';
import { findNode, parseXml, type XmlNode } from '../xml.ts';
import { hashFavicon } from './favicon.ts';
import { metaRefreshes, pageTitle, scriptRedirects } from './page.ts';

const MAX_BODY_FIELD_BYTES = 8192;
const MAX_PAGE_BYTES = 65_536;

export const decodeHttp: Decoder = ({ request, response }) => {
  const message = messageOf(response);
  // Another protocol on a web port (`RTSP/1.0 400 …`): its headers are not those of a web server.
  if (!/^(?:HTTP|ICY|$)/i.test(message.version)) return [];
  const path = typeof request?.path === 'string' ? request.path : undefined;
  const isIcon = response.cut !== true && isIconAnswer(request, path, message);
  return [
    ...headFields('http', message),
    ...optionalField('http.path', path),
    ...locationFields(message),
    ...(isIcon ? [] : pageFields(message, path)),
    ...faviconFields(response, isIcon ? message : undefined),
  ];
};

function locationFields(message: HttpMessage): Field[] {
  return optionalField('http.location', headerValue(message.headers, 'location'));
}

function pageFields(message: HttpMessage, path: string | undefined): Field[] {
  if (!isText(message.body)) return [];
  const page = bodyText(message, MAX_PAGE_BYTES);
  return [
    ...optionalField('http.title', pageTitle(page)),
    ...[...metaRefreshes(page), ...scriptRedirects(page)].slice(0, 4).map((target) => field('http.location', target)),
    ...documentFields(page, message, path),
    ...optionalField('http.body', markedText(message)),
  ];
}

/** The body as shown to signatures. Its byte order mark, which `bodyText` drops, is a trait of some firmware. */
function markedText({ body, ...message }: HttpMessage): string {
  const marked = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
  return `${marked ? '\ufeff' : ''}${bodyText({ ...message, body }, MAX_BODY_FIELD_BYTES)}`;
}

function documentFields(page: string, message: HttpMessage, path: string | undefined): Field[] {
  if (!looksLikeXml(page, headerValue(message.headers, 'content-type') ?? '')) return [];
  const { root } = parseXml(page);
  if (!root || HTML.has(root.local.toLowerCase())) return [];
  return [...xmlFields(root), ...(looksLikeIsapi(root, path) ? isapiFields(root) : []), ...upnpFields(root)];
}

/** A UPnP description served on the web port: the root device's own leaves, as the ssdp decoder names them. */
function upnpFields(root: XmlNode): Field[] {
  if (!root.namespace.toLowerCase().startsWith('urn:schemas-upnp-org:device')) return [];
  const own = findNode(root, 'device')?.children ?? [];
  return own
    .filter(({ children, local }) => children.length === 0 && /^\w{1,40}$/.test(local))
    .flatMap(({ local, text }) => optionalField(`upnp.${local}`, text));
}

/** Elements pages begin with: markup, not a document. */
const HTML: ReadonlySet<string> = new Set(
  'html head body script style meta title link frameset frame iframe noscript base center div span p a b br hr h1 h2 h3 h4 form table img font svg pre'.split(
    ' ',
  ),
);

function looksLikeXml(page: string, contentType: string): boolean {
  const start = page.slice(0, 512).trimStart();
  if (start.startsWith('<?xml') || /[/+]xml\b/i.test(contentType)) return true;
  const name = /^<(?:[A-Za-z_][\w.-]{0,40}:)?([A-Za-z_][\w.-]{0,60})[\s/>]/.exec(start)?.[1];
  return name !== undefined && !HTML.has(name.toLowerCase());
}

function isText(body: Uint8Array): boolean {
  return body.length > 0 && !body.subarray(0, 512).includes(0);
}

/** True for the icon's own bytes, whole and not a page that stands in for it. */
function isIconAnswer(request: Readonly<Record<string, unknown>> | undefined, path: string | undefined, message: HttpMessage): boolean {
  const asked = request?.purpose === 'favicon' || /(?:\.ico|\/favicon\.(?:png|gif|svg))(?:\?|$)/i.test(path ?? '');
  if (!asked || message.status !== 200 || message.body.length === 0 || message.bodyComplete === false) return false;
  const start = bodyText(message, 256).trimStart();
  return !start.startsWith('<') || /^<(?:svg|\?xml)/i.test(start);
}

function faviconFields(response: Readonly<Record<string, unknown>>, icon: HttpMessage | undefined): Field[] {
  const given = response.favicon;
  const md5 = isRecord(given) && typeof given.md5 === 'string' ? given.md5.trim().toLowerCase() : undefined;
  const mmh3 = isRecord(given) ? given.mmh3 : undefined;
  // A structured body went through text and is not the icon's bytes any more.
  const own = icon && typeof response.bytes === 'string' ? hashFavicon(icon.body) : undefined;
  return [...optionalField('http.favicon.md5', md5 ?? own?.md5), ...optionalField('http.favicon.mmh3', mmh3 ?? own?.mmh3)];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
