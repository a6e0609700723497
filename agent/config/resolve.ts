/** Flags, environment and file → one checked set of settings. Pure but for the file text handed in. */
import { CamsweepError } from '../errors.ts';
import { readConfigFile, type ConfigFile, type ConfigTexts, type Given } from './config-file.ts';
import { OPTIONS, variableOf, type Option, type ScanSettings } from './options.ts';
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
  const { options, sites } = textsOf(file);
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

function textsOf(file: ConfigFile | undefined): ConfigTexts {
  if (file === undefined) return { options: new Map(), sites: new Map() };
  const keys = Object.values(OPTIONS).map(({ key }) => key);
  return readConfigFile(file, { file: keys, site: keys.filter((key) => !NOT_OF_A_SITE.includes(key)), isSiteName });
}
