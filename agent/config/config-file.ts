/** `camsweep.yaml` → texts by option, for the file as a whole and for each site, every one with its line. Pure but for the text handed in. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Pair } from 'yaml';
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
export function readConfigFile(file: ConfigFile, known: KnownKeys): ConfigTexts {
  const { texts, problems } = inspectConfigFile(file, known);
  const [first] = problems;
  if (first) throw new CamsweepError('config-invalid', first.message);
  return texts;
}

export interface ConfigProblem {
  readonly message: string;
  /** Of which site; undefined where it is about the file as a whole. */
  readonly site?: string | undefined;
}

/** Everything that is wrong with a file, in its order, and what is right in it. */
export function inspectConfigFile({ path, text }: ConfigFile, known: KnownKeys): { texts: ConfigTexts; problems: ConfigProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problems: ConfigProblem[] = [];
  const tell = (line: number, message: string, site?: string): void => void problems.push({ message: `${path}:${line}: ${message}`, site });
  const lineOf = ({ key }: Pair): number => (isScalar(key) && key.range ? lines.linePos(key.range[0]).line : 1);
  const nothing = { texts: { options: new Map(), sites: new Map() }, problems };
  for (const error of document.errors) tell(error.linePos?.[0].line ?? 1, error.message.split('\n')[0] ?? 'not YAML');
  if (problems.length > 0 || document.contents === null) return nothing;
  if (!isMap(document.contents)) {
    tell(1, 'expected `option: value` lines');
    return nothing;
  }

  const textsOf = (pairs: readonly Pair[], keys: readonly string[], site?: string): Map<string, Given> =>
    new Map(
      pairs.flatMap((pair): [string, Given][] => {
        const [key, line] = [keyOf(pair), lineOf(pair)];
        const name = site === undefined ? key : `sites.${site}.${key}`;
        const texts = plainTexts(pair.value);
        if (!keys.includes(key)) tell(line, `unknown key "${name}": expected one of ${keys.join(', ')}`, site);
        else if (texts === undefined) tell(line, `${name}: expected text, a number or a list of them`, site);
        else return [[key, { texts, place: `${path}:${line}: ${name}` }]];
        return [];
      }),
    );
  const siteOf = (pair: Pair): [string, Map<string, Given>][] => {
    const [name, line] = [keyOf(pair), lineOf(pair)];
    const isEmpty = isScalar(pair.value) && pair.value.value === null;
    if (!known.isSiteName(name)) tell(line, `sites: "${name}": expected a name of letters, digits, blanks, dots and dashes`);
    else if (isMap(pair.value)) return [[name, textsOf(pair.value.items, known.site, name)]];
    else if (isEmpty) return [[name, new Map<string, Given>()]];
    else tell(line, `sites.${name}: expected a map of options`, name);
    return [];
  };

  const { items } = document.contents;
  const sites = items.find((pair) => keyOf(pair) === SITES);
  const options = textsOf(
    items.filter((pair) => keyOf(pair) !== SITES && keyOf(pair) !== EXPORTS),
    known.file,
  );
  if (sites && !isMap(sites.value)) tell(lineOf(sites), 'sites: expected a map of names');
  return { texts: { options, sites: new Map(isMap(sites?.value) ? sites.value.items.flatMap(siteOf) : []) }, problems };
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
