/**
 * What a web page says without being a parser for it: title, redirects written in the body, icon link. Own linear scanner:
 * markup from devices is broken, and every HTML parser tried was quadratic on hostile nesting. Pure.
 */

const MAX_SCAN = 65_536;
const MAX_TAGS = 60;
const MAX_TAG_LENGTH = 1024;
const MAX_TITLE_LENGTH = 1024;
const MAX_TARGETS = 4;

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Text of the first title element, white space folded, the usual entities decoded. Undefined when absent or empty. */
export function pageTitle(page: string): string | undefined {
  const text = page.slice(0, MAX_SCAN);
  const lower = text.toLowerCase();
  const open = findTag(lower, 'title', 0);
  if (open === undefined) return undefined;
  const start = lower.indexOf('>', open) + 1;
  if (start === 0) return undefined;
  const close = lower.indexOf('</title', start);
  const raw = text.slice(start, Math.min(close < 0 ? text.length : close, start + MAX_TITLE_LENGTH));
  // A title never closed would swallow the page: it ends where the next tag begins.
  const own = close < 0 ? (raw.split('<', 1)[0] ?? '') : raw;
  const title = decodeEntities(own).replace(/\s+/g, ' ').trim();
  return title === '' ? undefined : title;
}

/** Targets of `<meta http-equiv=refresh>`, in page order. */
export function metaRefreshes(page: string): string[] {
  return tags(page, 'meta').flatMap((tag) => {
    if (attribute(tag, 'http-equiv')?.toLowerCase() !== 'refresh') return [];
    const target = /url\s{0,8}=\s{0,8}["']?([^"'>]{1,512})/i.exec(attribute(tag, 'content') ?? '')?.[1]?.trim();
    return target === undefined || target === '' ? [] : [target];
  });
}

const ASSIGNED = /location(?:\.href|\.pathname)?[ \t]{0,8}=[ \t]{0,8}\\?["']([^"'\\\r\n]{1,512})/y;
const CALLED = /location\.(?:replace|assign)[ \t]{0,8}\([ \t]{0,8}\\?["']([^"'\\\r\n]{1,512})/y;

/** Targets of `location = '…'`, `location.href = '…'`, `location.replace('…')`: string literals only, in page order. */
export function scriptRedirects(page: string): string[] {
  const text = page.slice(0, MAX_SCAN);
  const found: string[] = [];
  let tries = 0;
  for (let at = text.indexOf('location'); at >= 0 && tries < MAX_TAGS; at = text.indexOf('location', at + 8)) {
    tries++;
    if (/[\w$-]/.test(text[at - 1] ?? '')) continue; // part of another name
    ASSIGNED.lastIndex = at;
    CALLED.lastIndex = at;
    const target = (ASSIGNED.exec(text) ?? CALLED.exec(text))?.[1]?.trim() ?? '';
    // `"http://" + location.host + …` begins with a literal that leads nowhere.
    if (target !== '' && !/^(?:https?:)?\/\/$/i.test(target) && !found.includes(target)) found.push(target);
    if (found.length >= MAX_TARGETS) break;
  }
  return found;
}

/** `href` of the first icon link that is not a `data:` URI. */
export function iconLink(page: string): string | undefined {
  for (const tag of tags(page, 'link')) {
    if (!/(?:^|\s)(?:shortcut|icon)(?:\s|$)/i.test(attribute(tag, 'rel') ?? '')) continue;
    const href = attribute(tag, 'href')?.trim();
    if (href !== undefined && href !== '' && !/^data:/i.test(href)) return href;
  }
  return undefined;
}

/** The tags of one name, from `<name` to before `>`, at most so many and so long. */
function tags(page: string, name: string): string[] {
  const text = page.slice(0, MAX_SCAN);
  const lower = text.toLowerCase();
  const found: string[] = [];
  for (let at = findTag(lower, name, 0); at !== undefined && found.length < MAX_TAGS; at = findTag(lower, name, at + 1)) {
    const end = lower.indexOf('>', at);
    const stop = end < 0 ? text.length : end;
    found.push(text.slice(at + name.length + 1, Math.min(stop, at + MAX_TAG_LENGTH)));
    if (end < 0) break;
  }
  return found;
}

function findTag(lower: string, name: string, from: number): number | undefined {
  for (let at = lower.indexOf(`<${name}`, from); at >= 0; at = lower.indexOf(`<${name}`, at + 1)) {
    if (/[\s>/]/.test(lower[at + name.length + 1] ?? ' ')) return at;
  }
  return undefined;
}

function attribute(tag: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|[\\s"'/])${name}\\s{0,8}=\\s{0,8}(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag);
  const value = match?.[1] ?? match?.[2] ?? match?.[3];
  return value === undefined ? undefined : decodeEntities(value);
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return ENTITIES[name.toLowerCase()] ?? whole;
    const code = typeof decimal === 'string' ? Number(decimal) : parseInt(String(hex), 16);
    const isText = code >= 0x20 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isText ? String.fromCodePoint(code) : whole;
  });
}
