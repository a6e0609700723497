/** `exports:` of the configuration file: names and what stands below them, each key with its line. Pure but for the text handed in. */
import { isMap, isScalar, LineCounter, parseDocument, type Node } from 'yaml';
import { CamsweepError } from '../errors.ts';
import type { ConfigFile } from './resolve.ts';

export interface ExportEntry {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** `camsweep.yaml:7: exports.cmdb.url`, for messages; the nearest key that is there. */
  readonly place: (path: readonly PropertyKey[]) => string;
}

/** Words of the command itself. */
const TAKEN: readonly string[] = ['list', 'status', 'retry'];
const NAME = /^[a-z0-9][a-z0-9_-]{0,39}$/i;

/** Throws CamsweepError `config-invalid` with file, line and key. */
export function exportEntries(file: ConfigFile | undefined): ExportEntry[] {
  if (file === undefined) return [];
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines });
  const fail = (line: number, message: string): never => {
    throw new CamsweepError('config-invalid', `${file.path}:${line}: ${message}`);
  };
  const [error] = document.errors;
  if (error) fail(error.linePos?.[0].line ?? 1, error.message.split('\n')[0] ?? 'not YAML');
  const lineOf = (node: Node | null | undefined): number => (node?.range ? lines.linePos(node.range[0]).line : 1);
  const exportsNode = isMap(document.contents) ? document.contents.get('exports', true) : undefined;
  if (exportsNode === undefined) return [];
  if (!isMap(exportsNode)) return fail(lineOf(exportsNode), 'exports: expected a map of names');
  return exportsNode.items.map(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    const line = isScalar(key) ? lineOf(key) : 1;
    if (!NAME.test(name) || TAKEN.includes(name))
      fail(line, `exports: "${name}": expected a name of letters, digits, - and _, and none of ${TAKEN.join(', ')}`);
    if (!isMap(value)) return fail(line, `exports.${name}: expected a map with \`target\` and its settings`);
    const values: unknown = value.toJS(document);
    const place = (path: readonly PropertyKey[]): string => {
      let at = line;
      let node: unknown = value;
      for (const part of path) {
        if (!isMap(node)) break;
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
        if (!pair) break;
        at = isScalar(pair.key) ? lineOf(pair.key) : at;
        node = pair.value;
      }
      return `${file.path}:${at}: exports.${[name, ...path.map(String)].join('.')}`;
    };
    return { name, values: isRecord(values) ? values : {}, place };
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
