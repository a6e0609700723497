/** `camsweep.yaml` → texts by option, for the file as a whole and for each site, every one with its line. Pure but for the text handed in. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Pair, type YAMLMap } from 'yaml';
import { CamsweepError } from '../errors.ts';

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/** Texts given for an option and where, for error messages. */
export interface Given {
  readonly texts: readonly string[];
  readonly place: string;
}

export interface ConfigTexts {
  readonly options: ReadonlyMap<string, Given>;
  readonly sites: ReadonlyMap<string, ReadonlyMap<string, Given>>;
}

/** Keys of the file that are no options; `exports` is read by export-entries.ts. */
const [SITES, EXPORTS] = ['sites', 'exports'] as const;

export interface KnownKeys {
  /** Of the file. */
  readonly file: readonly string[];
  /** Of a site: what would not make sense for one of several is missing. */
  readonly site: readonly string[];
  readonly isSiteName: (name: string) => boolean;
}

/** Throws CamsweepError `config-invalid` with file, line, key and what was expected. */
export function readConfigFile({ path, text }: ConfigFile, known: KnownKeys): ConfigTexts {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const fail = (line: number, message: string): never => {
    throw new CamsweepError('config-invalid', `${path}:${line}: ${message}`);
  };
  const lineOf = ({ key }: Pair): number => (isScalar(key) && key.range ? lines.linePos(key.range[0]).line : 1);
  const [error] = document.errors;
  if (error) fail(error.linePos?.[0].line ?? 1, error.message.split('\n')[0] ?? 'not YAML');
  if (document.contents === null) return { options: new Map(), sites: new Map() };
  if (!isMap(document.contents)) return fail(1, 'expected `option: value` lines');

  const textsOf = (map: YAMLMap, prefix: string, keys: readonly string[]): Map<string, Given> =>
    new Map(
      map.items.map((pair) => {
        const [key, line] = [keyOf(pair), lineOf(pair)];
        if (!keys.includes(key)) fail(line, `unknown key "${prefix}${key}": expected one of ${keys.join(', ')}`);
        const texts = plainTexts(pair.value) ?? fail(line, `${prefix}${key}: expected text, a number or a list of them`);
        return [key, { texts, place: `${path}:${line}: ${prefix}${key}` }];
      }),
    );
  const siteOf = (pair: Pair): [string, Map<string, Given>] => {
    const [name, line] = [keyOf(pair), lineOf(pair)];
    if (!known.isSiteName(name)) fail(line, `sites: "${name}": expected a name of letters, digits, blanks, dots and dashes`);
    if (isScalar(pair.value) && pair.value.value === null) return [name, new Map<string, Given>()];
    return isMap(pair.value)
      ? [name, textsOf(pair.value, `sites.${name}.`, known.site)]
      : fail(line, `sites.${name}: expected a map of options`);
  };

  const top = document.contents.clone();
  if (!isMap(top)) return fail(1, 'expected `option: value` lines');
  const sites = document.contents.items.find((pair) => keyOf(pair) === SITES);
  top.items = top.items.filter((pair) => keyOf(pair) !== SITES && keyOf(pair) !== EXPORTS);
  if (sites && !isMap(sites.value)) fail(lineOf(sites), 'sites: expected a map of names');
  return {
    options: textsOf(top, '', known.file),
    sites: new Map(isMap(sites?.value) ? sites.value.items.map(siteOf) : []),
  };
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

function plainTexts(node: unknown): string[] | undefined {
  if (isScalar(node) && isPlain(node.value)) return [String(node.value)];
  if (!isSeq(node)) return undefined;
  const texts = node.items.flatMap((item: unknown) => (isScalar(item) && isPlain(item.value) ? [String(item.value)] : []));
  return texts.length === node.items.length ? texts : undefined;
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
