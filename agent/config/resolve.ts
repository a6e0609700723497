/** Flags, environment and file → one checked set of settings. Pure but for the file text handed in. */
import { CamsweepError } from '../errors.ts';
import {
  inspectConfigFile,
  readConfigFile,
  type ConfigFile,
  type ConfigProblem,
  type ConfigTexts,
  type Given,
  type KnownKeys,
} from './config-file.ts';
import { OPTIONS, variableOf, type Option } from './options.ts';
import type { ScanSettings } from './settings.ts';
import { isSiteName } from './parsers.ts';

export type { ConfigFile } from './config-file.ts';

/** Values as commander hands them over: text, list of texts, or true for a switch, by option key. */
export type FlagValues = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/** Settings by precedence flag > environment > site > file > default. Throws CamsweepError naming the place. */
export function resolveSettings(
  flags: FlagValues,
  environment: Readonly<Record<string, string | undefined>>,
  file: ConfigFile | undefined,
): ScanSettings {
  return settle(textsOf(file), flags, environment);
}

function settle(
  { options, sites }: ConfigTexts,
  flags: FlagValues,
  environment: Readonly<Record<string, string | undefined>>,
): ScanSettings {
  const outside = (key: string): Given | undefined => fromFlag(key, flags) ?? fromEnvironment(key, environment);
  const siteGiven = outside(OPTIONS.site.key) ?? options.get(OPTIONS.site.key);
  const site = siteGiven ? OPTIONS.site.parse(siteGiven.texts, siteGiven.place) : OPTIONS.site.default;
  // A mistyped name would scan nothing of what was meant, and begin a new site in the inventory.
  if (siteGiven && sites.size > 0 && !sites.has(site))
    throw new CamsweepError('option-invalid', `${siteGiven.place} "${site}": expected one of ${[...sites.keys()].join(', ')}`);
  const value = <T>(option: Option<T>): T => {
    const given = outside(option.key) ?? sites.get(site)?.get(option.key) ?? options.get(option.key);
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
    neighbourLimit: value(OPTIONS.neighbourLimit),
    snmpCommunities: value(OPTIONS.snmpCommunities),
    credentialsFile: value(OPTIONS.credentialsFile),
    policies: value(OPTIONS.policies),
    exceptionsFile: value(OPTIONS.exceptionsFile),
    record: value(OPTIONS.record),
    output: value(OPTIONS.output),
    failOn: value(OPTIONS.failOn),
    quiet: value(OPTIONS.quiet),
    waitMs: value(OPTIONS.waitMs),
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

/** Names of the sites of a file, in its order. Throws CamsweepError. */
export function siteNames(file: ConfigFile | undefined): string[] {
  return [...textsOf(file).sites.keys()];
}

/** About the machine or the invocation, not about a network. */
const NOT_OF_A_SITE: readonly string[] = [OPTIONS.site.key, OPTIONS.db.key, OPTIONS.noStore.key, OPTIONS.logLevel.key, OPTIONS.waitMs.key];

function knownKeys(): KnownKeys {
  const keys = Object.values(OPTIONS).map(({ key }) => key);
  return { file: keys, site: keys.filter((key) => !NOT_OF_A_SITE.includes(key)), isSiteName };
}

function textsOf(file: ConfigFile | undefined): ConfigTexts {
  return file === undefined ? { options: new Map(), sites: new Map() } : readConfigFile(file, knownKeys());
}

export interface InspectedSite {
  readonly name: string;
  readonly settings: ScanSettings;
  /** False where something that counts for it is wrong, and stands at its default here. */
  readonly isWhole: boolean;
  /** Where an option of it stands, for messages: `camsweep.yaml:7: sites.hq.targets`. */
  readonly placeOf: (key: string) => string;
}

/** Every problem of a file, and its sites as far as they are right, as a scan would settle them. A file without sites is one site. Never throws. */
export function inspectSettings(
  file: ConfigFile,
  environment: Readonly<Record<string, string | undefined>>,
): { sites: InspectedSite[]; problems: ConfigProblem[] } {
  const { texts, problems } = inspectConfigFile(file, knownKeys());
  const right = (given: ReadonlyMap<string, Given>, site?: string): Map<string, Given> => {
    const wrong = Object.values(OPTIONS).filter(({ key, parse }) => {
      const one = given.get(key);
      return one !== undefined && attempt(problems, site, () => [parse(one.texts, one.place)]) === undefined;
    });
    return new Map([...given].filter(([key]) => wrong.every((option) => option.key !== key)));
  };
  const options = right(texts.options);
  const sitesRight = new Map([...texts.sites].map(([name, given]) => [name, right(given, name)] as const));
  const isWhole = (name: string | undefined): boolean => problems.every(({ site }) => site !== undefined && site !== name);
  const names = texts.sites.size > 0 ? [...texts.sites.keys()] : [undefined];
  const sites = names.flatMap((name) => {
    const settings = attempt(problems, name, () => settle({ options, sites: sitesRight }, { site: name }, environment));
    const placeOf = (key: string): string =>
      ((name === undefined ? undefined : texts.sites.get(name)?.get(key)) ?? texts.options.get(key))?.place ??
      `${file.path}: ${name === undefined ? '' : `sites.${name}.`}${key}`;
    return settings ? { name: settings.site, settings, isWhole: isWhole(name), placeOf } : [];
  });
  return { sites, problems };
}

function attempt<T>(problems: ConfigProblem[], site: string | undefined, action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof CamsweepError)) throw error;
    problems.push({ message: error.message, site });
    return undefined;
  }
}
