/** Text into HTML: the only door for anything a device or a person said. Pure. */
import { printable } from '../../probes/text.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escaped for element content and quoted attributes alike; control and bidi characters become visible, long text is cut. */
export function escape(text: string, maxLength = 300): string {
  return text
    .slice(0, maxLength + 1)
    .split('\n')
    .map((line) => printable(line, maxLength))
    .join('\n')
    .slice(0, maxLength)
    .replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}

/** `2026-03-01 12:00 UTC` with the full moment for programs. */
export function moment(at: string | null): string {
  if (at === null) return 'not known';
  const shown = at.slice(0, 16).replace('T', ' ');
  return `<time datetime="${escape(at, 40)}">${escape(shown, 40)} UTC</time>`;
}

/** A link only where it is plainly one to a web page. */
export function link(url: string | undefined, text: string): string {
  return url !== undefined && /^https?:\/\//.test(url) ? `<a href="${escape(url, 500)}">${escape(text, 500)}</a>` : escape(text, 500);
}

export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  /** Cells are HTML already; the first one of a row names it. */
  readonly rows: readonly (readonly string[])[];
}

/** Scrolls by itself where the screen is narrow; can be reached by keyboard. */
export function table({ caption, head, rows }: Table): string {
  const headRow = head.map((text) => `<th scope="col">${escape(text)}</th>`).join('');
  const body = rows.map(
    ([first = '', ...rest]) => `<tr><th scope="row">${first}</th>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
  );
  return `<div class="wide" role="region" tabindex="0" aria-label="${escape(caption)}"><table><caption>${escape(caption)}</caption><thead><tr>${headRow}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}
