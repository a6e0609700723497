/**
 * FTP and telnet greetings to `ftp.banner` and `telnet.banner`. Pure; never throws; names no maker. Both accept the text of
 * a recording (`banner`) and its bytes.
 */
import { optionalField } from '../observation.ts';
import type { Decoder } from '../probe.ts';
import { responseBytes } from '../recording.ts';
import { latin1Of, textOf } from '../text.ts';

const MAX_BANNER = 4096;

export const decodeFtp: Decoder = ({ response }) => {
  const bytes = responseBytes(response);
  const banner = bytes ? textOf(bytes.subarray(0, MAX_BANNER)) : response.banner;
  return typeof banner === 'string' ? optionalField('ftp.banner', withoutReplyCodes(banner.slice(0, MAX_BANNER))) : [];
};

export const decodeTelnet: Decoder = ({ response }) => {
  const bytes = responseBytes(response);
  const banner = bytes
    ? textOf(Buffer.from(withoutOptions(latin1Of(bytes.subarray(0, MAX_BANNER))), 'latin1'))
    : typeof response.banner === 'string'
      ? withoutOptions(response.banner.slice(0, MAX_BANNER))
      : '';
  return optionalField('telnet.banner', banner.trim());
};

/** The words of a greeting: `220-` and `220 ` say only that it is one (RFC 959 section 4.2), and recordings differ in them. */
function withoutReplyCodes(banner: string): string {
  return banner
    .split(/\r?\n/)
    .map((line) => line.replace(/^\d{3}(?:[ -]|$)/, ''))
    .join('\n')
    .trim();
}

const IAC = '\u00ff';
const SUBNEGOTIATION = '\u00fa';
const SUBNEGOTIATION_END = `${IAC}\u00f0`;

/** Text without telnet commands (RFC 854): IAC WILL/WONT/DO/DONT option, IAC SB … IAC SE, other IAC pairs, and NULs. */
function withoutOptions(text: string): string {
  const kept: string[] = [];
  for (let at = 0; at < text.length;) {
    const next = text.indexOf(IAC, at);
    kept.push(text.slice(at, next < 0 ? text.length : next));
    if (next < 0) break;
    const command = text[next + 1] ?? '';
    if (command === IAC) kept.push(IAC);
    at = next + commandLength(text, next, command);
  }
  return kept.join('').replaceAll('\0', '');
}

function commandLength(text: string, at: number, command: string): number {
  if (command === SUBNEGOTIATION) {
    const end = text.indexOf(SUBNEGOTIATION_END, at);
    return end < 0 ? text.length - at : end - at + 2;
  }
  return command >= '\u00fb' && command <= '\u00fe' ? 3 : 2;
}
