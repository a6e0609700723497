/**
 * `camsweep config check`: a configuration explained before it is used. All that is wrong is told at once, with its line; for each site what
 * would be asked, how long that takes, and by which rules. No packet, no name looked up, no value of a secret.
 */
import { PROBES } from '../../probes/index.ts';
import { printable } from '../../probes/text.ts';
import { exportEntries, type ExportEntry } from '../config/export-entries.ts';
import { OPTIONS } from '../config/options.ts';
import type { ScanSettings } from '../config/settings.ts';
import { placeProblems } from '../config/problem-place.ts';
import { PROFILE_NAMES } from '../config/profiles.ts';
import { inspectSettings, type ConfigFile, type InspectedSite } from '../config/resolve.ts';
import { CamsweepError, EXIT } from '../errors.ts';
import { surveyInterfaces } from '../net/interfaces.ts';
import { jsonText } from '../report/json.ts';
import { parseExclusions } from '../sweep/exclusions.ts';
import { USER_AGENT } from '../version.ts';
import { expandFiles, isTargetName, targetTexts } from './targets.ts';
import { secretReferences } from './credentials.ts';
import { loadData } from './engine.ts';
import { exceptionsPath, readExceptions } from './exceptions.ts';
import { exportJobs } from './export.ts';
import { exportJob, nameOfVariable } from './export-settings.ts';
import type { Io } from './io.ts';
import { CONFIRM_ABOVE } from './scan.ts';
import { checkInterfaces, planScan, type ScanPlan } from './scan-plan.ts';
import { describePlan, estimateOf, formatSeconds } from './traffic.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Check {
  readonly file: ConfigFile;
  readonly environment: Environment;
  readonly policies: readonly string[];
  readonly problems: string[];
}

const MAX_TEXT = 200;
const PROBE_IDS: readonly string[] = [...new Set(PROBES.map(({ id }) => id))];

/** Returns the exit code: 2 where anything is wrong. As JSON only what is wrong, an empty list where nothing is. */
export async function checkConfig(
  file: ConfigFile,
  environment: Environment,
  { json }: { readonly json: boolean },
  io: Io,
): Promise<number> {
  const { sites, problems: found } = inspectSettings(file, environment);
  const check: Check = {
    file,
    environment,
    policies: loadData().policies.map(({ id }) => id),
    problems: found.map(({ message }) => message),
  };
  const entries = attempt(check, undefined, () => exportEntries(file));
  const blocks: string[][] = [];
  for (const site of sites) {
    const lines = await describeSite(site, entries, check);
    if (site.isWhole) blocks.push(lines);
  }
  if (entries && entries.length > 0) blocks.push(['exports', ...entries.map((entry) => describeExport(entry, entries, check))]);
  const problems = [...new Set(check.problems)].sort((a, b) => lineOf(a, file) - lineOf(b, file));
  if (json) {
    io.out(`${jsonText({ schemaVersion: 1, errors: placeProblems(file, problems) }, 2)}\n`);
    return problems.length === 0 ? EXIT.done : EXIT.usage;
  }
  io.out(blocks.map((lines) => lines.map((line) => `${printable(line, 4 * MAX_TEXT)}\n`).join('')).join('\n'));

  if (problems.length === 0) {
    io.say(`${file.path}: nothing wrong. Nothing was sent.`);
    return EXIT.done;
  }
  io.say(`${file.path}: ${problems.length === 1 ? 'one problem' : `${problems.length} problems`}. Nothing was sent.`);
  for (const problem of problems) io.say(`  ${printable(problem, 4 * MAX_TEXT)}`);
  return EXIT.usage;
}

function lineOf(problem: string, { path }: ConfigFile): number {
  return problem.startsWith(`${path}:`) ? Number.parseInt(problem.slice(path.length + 1), 10) || 0 : 0;
}

async function describeSite(
  { name, settings, placeOf }: InspectedSite,
  entries: readonly ExportEntry[] | undefined,
  check: Check,
): Promise<string[]> {
  const at = (option: { readonly key: string }): string => placeOf(option.key);
  const secrets = settings.credentialsFile === undefined ? [] : credentials(settings.credentialsFile, at(OPTIONS.credentialsFile), check);
  for (const id of settings.policies)
    if (!check.policies.includes(id)) check.problems.push(`${at(OPTIONS.policies)}: "${id}": expected one of ${check.policies.join(', ')}`);
  for (const id of settings.probes)
    if (!PROBE_IDS.includes(id)) check.problems.push(`${at(OPTIONS.probes)}: "${id}": expected one of ${PROBE_IDS.join(', ')}`);
  const { segments } = surveyInterfaces(settings.interfaces);
  const isThere = (one: string): boolean => attempt(check, at(OPTIONS.interfaces), () => (checkInterfaces([one], segments), true)) ?? false;
  const interfaces = settings.interfaces.filter(isThere);
  // What is wrong with an export itself is told once, at its own line.
  const surroundings = { entries: entries ?? [], environment: check.environment, given: [] };
  for (const wanted of entries ? settings.exports : [])
    if (!surroundings.entries.some((entry) => entry.name === wanted) || isRight(() => exportJob(wanted, surroundings)))
      attempt(check, at(OPTIONS.exports), () => exportJobs([wanted], check.file, check.environment));
  const exceptions = exceptionsPath(settings.exceptionsFile);
  const approved = exceptions === undefined ? undefined : attempt(check, at(OPTIONS.exceptionsFile), () => readExceptions(exceptions));

  attempt(check, at(OPTIONS.exclude), () => parseExclusions(expandFiles(settings.exclude).map(({ text }) => text)));
  const wrong = ({ message }: CamsweepError): void => void check.problems.push(`${at(OPTIONS.targets)}: ${message}`);
  const texts = attempt(check, at(OPTIONS.targets), () => targetTexts(settings.targets, wrong)) ?? [];
  const names = texts.filter(isTargetName);
  const wanted = texts.filter((text) => !names.includes(text));
  return [
    `site ${name}`,
    ...(names.length > 0 ? [row('names', `${names.join(', ')}: looked up when they are scanned, not counted here`)] : []),
    ...(wanted.length > 0 || (settings.targets.length === 0 && interfaces.length === settings.interfaces.length)
      ? await ask({ ...settings, targets: wanted, interfaces }, at, check)
      : []),
    ...(settings.exclude.length > 0 ? [row('never asked', settings.exclude.join(', '))] : []),
    row('policies', settings.policies.join(', ')),
    ...secrets,
    ...(exceptions !== undefined && approved ? [row('exceptions', `${exceptions}: ${approved.length}`)] : []),
    ...(settings.exports.length > 0 ? [row('exports', settings.exports.join(', '))] : []),
  ];
}

/** What a plan costs, at the pace of each profile. Names are left out of it. */
async function ask(settings: ScanSettings, at: (option: { readonly key: string }) => string, check: Check): Promise<string[]> {
  const probes = settings.probes.filter((id) => PROBE_IDS.includes(id));
  const known = { ...settings, probes, exclude: [], policies: [], credentialsFile: undefined };
  const plan = await planOf(known, check, at(OPTIONS.targets));
  if (!plan) return [];
  const times: string[] = [];
  for (const profile of PROFILE_NAMES) {
    const other = await planOf({ ...known, profile }, check, at(OPTIONS.profile));
    if (other)
      times.push(`${profile} ${formatSeconds(estimateOf(other).secondsExpected)}${profile === settings.profile ? ' (chosen)' : ''}`);
  }
  const lines = describePlan(plan).trimEnd().split('\n');
  return [
    ...lines.filter((line) => !line.startsWith('time ')).map((line) => `  ${line}`),
    row('time', `about ${times.join(', ')}`),
    ...(plan.addresses > CONFIRM_ABOVE && !settings.yes
      ? [row('note', `more than ${CONFIRM_ABOVE} addresses: without a terminal it is refused unless \`yes: true\` is set`)]
      : []),
  ];
}

async function planOf(settings: ScanSettings, { problems, policies }: Check, place: string): Promise<ScanPlan | undefined> {
  try {
    return await planScan(settings, USER_AGENT, policies);
  } catch (error) {
    if (!(error instanceof CamsweepError)) throw error;
    problems.push(`${place}: ${error.message}`);
    return undefined;
  }
}

function credentials(path: string, place: string, check: Check): string[] {
  const found = attempt(check, place, () => secretReferences(path));
  if (!found) return [];
  for (const name of found.variables.filter((one) => !isSet(one, check.environment)))
    check.problems.push(`${place}: the variable ${nameOfVariable(name)} is not set`);
  const variables = found.variables.map((name) => variable(name, check.environment));
  return [
    row(
      'credentials',
      `${path}: ${found.hosts} hosts, ${found.snmpUsers} SNMP users${variables.length > 0 ? `; ${variables.join(', ')}` : ''}`,
    ),
  ];
}

function isSet(name: string, environment: Environment): boolean {
  return (environment[name] ?? '') !== '';
}

function variable(name: string, environment: Environment): string {
  return `${nameOfVariable(name)} ${isSet(name, environment) ? 'is set' : 'is not set'}`;
}

function describeExport({ name, values }: ExportEntry, entries: readonly ExportEntry[], check: Check): string {
  attempt(check, undefined, () => exportJob(name, { entries, environment: check.environment, given: [] }));
  const { tokenEnv, tokenFile } = values;
  const secret =
    typeof tokenFile === 'string'
      ? `; token from ${tokenFile}`
      : typeof tokenEnv === 'string'
        ? `; ${variable(tokenEnv, check.environment)}`
        : '';
  return row(name, `to ${typeof values.target === 'string' ? values.target : '?'}${secret}`);
}

function isRight(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (!(error instanceof CamsweepError)) throw error;
    return false;
  }
}

function attempt<T>({ problems }: Check, place: string | undefined, action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof CamsweepError)) throw error;
    problems.push(place === undefined ? error.message : `${place}: ${error.message}`);
    return undefined;
  }
}

function row(what: string, text: string): string {
  return `  ${what.padEnd(12)} ${text}`;
}
