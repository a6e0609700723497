/**
 * WWW-Authenticate values, as devices send them (RFC 7235 section 4.1, loosely): several challenges in one line, missing
 * commas, blanks around `=`, unquoted text, quotes never closed. Pure, linear, bounded. HTTP and RTSP share it.
 * It reads challenges; it never answers one.
 */

/** One challenge of a WWW-Authenticate header. */
export interface Challenge {
  readonly raw: string;
  /** Lower case: `digest`, `basic` … */
  readonly scheme: string;
  /** Parameter names as spelled, in order. */
  readonly names: readonly string[];
  /** Values by lower-case name, quotes removed. The first counts where a name is repeated. */
  readonly params: Readonly<Record<string, string>>;
}

const MAX_LENGTH = 4096;
const MAX_CHALLENGES = 10;
const MAX_PARAMS = 40;

const SEPARATORS = /[\s,;]*/y;
const SCHEME = /([A-Za-z][A-Za-z0-9_-]{0,30})(?=[ \t,]|$)(?![ \t]*=)/y;
const NAME = /([A-Za-z][A-Za-z0-9_-]{0,40})[ \t]*=[ \t]*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)(?:"|$)/sy;
// Unquoted text may hold blanks (`realm=IP Camera`): it ends at a comma, or where the next `name=` begins.
const BARE = /(?:[^,\s"]|[ \t](?![A-Za-z][A-Za-z0-9_-]{0,40}[ \t]*=))*/y;
const JUNK = /[^\s,]+/y;

interface Building {
  readonly start: number;
  readonly scheme: string;
  readonly names: string[];
  readonly params: Map<string, string>;
  end: number;
}

/** Parses the value of one WWW-Authenticate line. Never throws. */
export function parseChallenges(value: string): Challenge[] {
  const text = value.slice(0, MAX_LENGTH);
  const found: Building[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };

  for (;;) {
    const separators = take(SEPARATORS)?.[0] ?? '';
    if (at >= text.length || found.length > MAX_CHALLENGES) break;
    const start = at;
    const current = found.at(-1);
    // Right behind a scheme, a word of its own is that scheme's token68 (`NTLM TlRM…`), not another scheme.
    const isToken = current?.names.length === 0 && !separators.includes(',');
    const scheme = isToken ? undefined : take(SCHEME)?.[1];
    if (scheme !== undefined) {
      found.push({ start, scheme: scheme.toLowerCase(), names: [], params: new Map(), end: at });
      continue;
    }
    const name = take(NAME)?.[1];
    if (name === undefined) {
      if (!take(JUNK)) at++; // token68 or garbage: part of the challenge it stands in
    } else {
      const quoted = take(QUOTED)?.[1];
      const param = quoted === undefined ? (take(BARE)?.[0] ?? '').trim() : quoted.replace(/\\(.)/gs, '$1');
      if (current && current.names.length < MAX_PARAMS) {
        current.names.push(name);
        if (!current.params.has(name.toLowerCase())) current.params.set(name.toLowerCase(), param);
      }
    }
    if (current) current.end = at;
  }
  return found.slice(0, MAX_CHALLENGES).map(({ start, end, scheme, names, params }) => ({
    raw: text.slice(start, end).trim(),
    scheme,
    names,
    params: Object.fromEntries(params),
  }));
}
