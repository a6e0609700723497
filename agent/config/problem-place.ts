/** A problem of a configuration as told to a person → file, line, column and key, for an editor or a pipeline. Pure but for the text handed in. */
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { ConfigFile } from './config-file.ts';

export interface PlacedProblem {
  /** Null where it is not of the file: of a variable, for example. */
  readonly file: string | null;
  /** Both from 1; of the key, or of the fault in a file that is no YAML. Null where nothing of it stands in the file. */
  readonly line: number | null;
  readonly column: number | null;
  /** `sites.hq.targets` */
  readonly key: string | null;
  readonly message: string;
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds the place of each message. A message begins with `path:line: key`, as the readers of the configuration write it. */
export function placeProblems(file: ConfigFile, messages: readonly string[]): PlacedProblem[] {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines });
  const keys: (Position & { readonly key: string })[] = [];
  collect(document.contents, '', (key, offset) => {
    const { line, col } = lines.linePos(offset);
    keys.push({ key, line, column: col });
  });
  const faults = document.errors.map(({ linePos }): Position => ({ line: linePos?.[0].line ?? 1, column: linePos?.[0].col ?? 1 }));
  return messages.map((text) => placed(text, file.path, keys, faults));
}

function placed(text: string, path: string, keys: readonly (Position & { key: string })[], faults: readonly Position[]): PlacedProblem {
  const rest = text.startsWith(`${path}:`) ? text.slice(path.length + 1) : undefined;
  if (rest === undefined) return { file: null, line: null, column: null, key: null, message: text };
  const [, number, words = rest] = /^(\d+): ([^]*)$/.exec(rest) ?? [];
  const message = words.trimStart();
  if (number === undefined) {
    const key = /^([\w.-]+): /.exec(message)?.[1] ?? null;
    return { file: path, line: null, column: null, key, message: without(message, key) };
  }
  const line = Number(number);
  const said = /^unknown key "([^"]+)"/.exec(message)?.[1];
  // The longest key of the line that the message names: a site's name may hold blanks and dots.
  const named = keys
    .filter((one) => one.line === line && (one.key === said || message.startsWith(`${one.key}:`) || quotedSite(one.key, message)))
    .sort((a, b) => b.key.length - a.key.length)[0];
  const column = named?.column ?? faults.find((fault) => fault.line === line)?.column ?? 1;
  const key = named?.key ?? null;
  return { file: path, line, column, key, message: without(message, key) };
}

/** `sites: "..": expected a name` is about the key below it. */
function quotedSite(key: string, message: string): boolean {
  const [, parent, name] = /^(sites|exports): "([^"]*)": expected a name/.exec(message) ?? [];
  return parent !== undefined && key === `${parent}.${name ?? ''}`;
}

function without(message: string, key: string | null): string {
  return key !== null && message.startsWith(`${key}: `) ? message.slice(key.length + 2) : message;
}

function collect(node: unknown, prefix: string, found: (key: string, offset: number) => void): void {
  if (!isMap(node)) return;
  for (const { key, value } of node.items) {
    if (!isScalar(key) || !key.range) continue;
    const name = `${prefix}${String(key.value)}`;
    found(name, key.range[0]);
    collect(value, `${name}.`, found);
  }
}
