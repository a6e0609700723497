/** Flags, environment and file → one checked set of settings. Pure but for the file text handed in. */
import { isMap, isScalar, isSeq, parseDocument, LineCounter, type Pair } from 'yaml';
import { CamsweepError } from '../errors.ts';
import { OPTIONS, variableOf, type Option, type ScanSettings } from './options.ts';

/** Values as commander hands them over: text, list of texts, or true for a switch, by option key. */
export type FlagValues = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/** Texts given for an option and where, for error messages. */
interface Given {
  readonly texts: readonly string[];
  readonly place: string;
}

/** Settings by precedence flag > environment > file > default. Throws CamsweepError naming the place. */
export function resolveSettings(
  flags: FlagValues,
  environment: Readonly<Record<string, string | undefined>>,
  file: ConfigFile | undefined,
): ScanSettings {
  const fromFile = file ? readConfig(file) : new Map<string, Given>();
  const value = <T>(option: Option<T>): T => {
    const given = fromFlag(option.key, flags) ?? fromEnvironment(option.key, environment) ?? fromFile.get(option.key);
    return given ? option.parse(given.texts, given.place) : option.default;
  };
  return {
    targets: value(OPTIONS.targets),
    exclude: value(OPTIONS.exclude),
    interfaces: value(OPTIONS.interfaces),
    ports: value(OPTIONS.ports),
    probes: value(OPTIONS.probes),
    profile: value(OPTIONS.profile),
    timeoutMs: value(OPTIONS.timeoutMs),
    hostTimeMs: value(OPTIONS.hostTimeMs),
    rate: value(OPTIONS.rate),
    hostRate: value(OPTIONS.hostRate),
    concurrency: value(OPTIONS.concurrency),
    snmpCommunities: value(OPTIONS.snmpCommunities),
    credentialsFile: value(OPTIONS.credentialsFile),
    policies: value(OPTIONS.policies),
    exceptionsFile: value(OPTIONS.exceptionsFile),
    record: value(OPTIONS.record),
    output: value(OPTIONS.output),
    failOn: value(OPTIONS.failOn),
    logLevel: value(OPTIONS.logLevel),
    yes: value(OPTIONS.yes),
    site: value(OPTIONS.site),
    db: value(OPTIONS.db),
    noStore: value(OPTIONS.noStore),
    exports: value(OPTIONS.exports),
    keepRecordings: value(OPTIONS.keepRecordings),
  };
}

function fromFlag(key: string, flags: FlagValues): Given | undefined {
  const value = flags[key];
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
  return { texts: typeof value === 'object' ? value : [String(value)], place: key === 'targets' ? 'target' : `--${key}` };
}

function fromEnvironment(key: string, environment: Readonly<Record<string, string | undefined>>): Given | undefined {
  const value = environment[variableOf(key)];
  return value === undefined || value === '' ? undefined : { texts: [value], place: variableOf(key) };
}

/** Keys of the file that are no options; who needs them reads them (export-entries.ts). */
const RESERVED: readonly string[] = ['exports', 'sites'];

function readConfig({ path, text }: ConfigFile): Map<string, Given> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const fail = (place: string, message: string): never => {
    throw new CamsweepError('config-invalid', `${path}:${place}: ${message}`);
  };
  const [error] = document.errors;
  if (error) fail(String(error.linePos?.[0].line ?? 1), error.message.split('\n')[0] ?? 'not YAML');
  if (document.contents === null) return new Map();
  if (!isMap(document.contents)) return fail('1', 'expected `option: value` lines');
  const known = Object.values(OPTIONS).map(({ key }) => key);
  return new Map(
    document.contents.items
      .filter(({ key }) => !(isScalar(key) && RESERVED.includes(String(key.value))))
      .map((pair) => {
        const key = isScalar(pair.key) ? String(pair.key.value) : '';
        const line = String(lineOf(pair, lines));
        if (!known.includes(key)) fail(line, `unknown key "${key}": expected one of ${known.join(', ')}`);
        return [
          key,
          {
            texts: textsOf(pair.value, () => fail(line, `${key}: expected text, a number or a list of them`)),
            place: `${path}:${line}: ${key}`,
          },
        ];
      }),
  );
}

function lineOf(pair: Pair, lines: LineCounter): number {
  const range = isScalar(pair.key) ? pair.key.range : undefined;
  return range ? lines.linePos(range[0]).line : 1;
}

function textsOf(node: unknown, fail: () => never): string[] {
  if (isScalar(node) && isPlain(node.value)) return [String(node.value)];
  if (!isSeq(node)) return fail();
  return node.items.map((item: unknown) => (isScalar(item) && isPlain(item.value) ? String(item.value) : fail()));
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
