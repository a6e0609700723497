/** Settings → what will be asked: ranges, segments, probes, ports, credentials. Sends nothing. */
import { PROBES } from '../../probes/index.ts';
import type { Probe, ProbeSettings, Segment } from '../../probes/probe.ts';
import type { ScanSettings } from '../config/settings.ts';
import { DEFAULT_PORTS } from '../config/ports.ts';
import { PROFILES, type Profile } from '../config/profiles.ts';
import { CamsweepError } from '../errors.ts';
import { surveyInterfaces, type LeftOut } from '../net/interfaces.ts';
import { neighbourLimit } from '../net/neighbours-linux.ts';
import { descriptorLimit } from '../net/limits.ts';
import { parseExclusions } from '../sweep/exclusions.ts';
import type { SweepPlan } from '../sweep/sweep.ts';
import { countAddresses, mergeRanges, parseTarget, type TargetRange } from '../sweep/targets.ts';
import { readSecrets, type Secrets } from './credentials.ts';
import { expandFiles, resolveTargets } from './targets.ts';

export interface ScanPlan extends SweepPlan {
  readonly labels: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly addresses: bigint;
  /** Exclusions as they were given, files read. */
  readonly excluded: readonly string[];
}

/** Descriptors that are not the scan's: stdio, files, the event loop's own. */
const RESERVED_DESCRIPTORS = 64;
const MAX_DESCRIPTORS = 2000;
/** Beyond this late timers would end connections that stand. */
const MAX_KNOCKS = 4000;

const NO_SECRETS: Secrets = { logins: new Map(), snmpUsers: [] };

/** Builds the plan. Throws CamsweepError for anything the user can mend. */
export async function planScan(settings: ScanSettings, userAgent: string, knownPolicies: readonly string[]): Promise<ScanPlan> {
  checkPolicies(settings.policies, knownPolicies);
  const { segments, leftOut, resolving } = surveyInterfaces(settings.interfaces);
  checkInterfaces(settings.interfaces, segments);
  const ranges = await rangesOf(settings, segments, leftOut);
  const profile = PROFILES[settings.profile];
  const { logins, snmpUsers } = settings.credentialsFile === undefined ? NO_SECRETS : readSecrets(settings.credentialsFile, process.env);
  const asked = { ...probeSettings(settings, profile, userAgent), snmpUsers };
  const excluded = expandFiles(settings.exclude).map(({ text }) => text);
  return {
    ranges,
    labels: [...new Set(ranges.map(({ label }) => label))],
    leftOut: settings.targets.length === 0 ? leftOut : [],
    addresses: countAddresses(ranges),
    attached: resolving,
    segments: segments.filter((segment) => covers(ranges, segment)),
    probes: chooseProbes(settings.probes)
      .filter((probe) => probe.scope === 'segment' || probe.needsLogin !== true || logins.size > 0)
      .filter((probe) => probe.traffic(asked).length > 0),
    settings: asked,
    excluded,
    exclusions: parseExclusions(excluded),
    credentials: logins,
    rate: settings.rate ?? profile.rate,
    hostRate: settings.hostRate ?? profile.hostRate,
    hostTimeMs: settings.hostTimeMs ?? profile.hostTimeMs,
    concurrency: settings.concurrency ?? profile.concurrency,
    darkWaitMs: profile.darkWaitMs,
    tableLimit: process.platform === 'linux' ? (settings.neighbourLimit ?? (await neighbourLimit())) : undefined,
    otherKnocks: profile.otherKnocks,
    ...socketBudget(descriptorLimit()),
  };
}

/** Exchanges with hosts get what they can use, bare connections what is left, up to where more of them gain nothing. */
function socketBudget(limit: number): Pick<SweepPlan, 'descriptors' | 'knocksAtOnce'> {
  const free = limit - RESERVED_DESCRIPTORS;
  const descriptors = Math.max(16, Math.min(MAX_DESCRIPTORS, Math.floor(free / 2)));
  return { descriptors, knocksAtOnce: Math.max(16, Math.min(MAX_KNOCKS, free - descriptors)) };
}

/** Throws CamsweepError for a policy that is not in the data. */
export function checkPolicies(chosen: readonly string[], known: readonly string[]): void {
  for (const id of chosen) {
    if (!known.includes(id)) throw new CamsweepError('option-invalid', `--policy "${id}": expected one of ${known.join(', ')}`);
  }
}

/** Throws CamsweepError for a name that no interface with an IPv4 address has. */
export function checkInterfaces(named: readonly string[], segments: readonly Segment[]): void {
  const have = [...new Set(segments.map(({ interfaceName }) => interfaceName))];
  for (const name of named) {
    if (have.some((known) => known.toLowerCase() === name.toLowerCase())) continue;
    throw new CamsweepError(
      'option-invalid',
      `interface "${name}": expected one with an IPv4 address: ${have.join(', ') || 'there is none'}`,
    );
  }
}

async function rangesOf(settings: ScanSettings, segments: readonly Segment[], leftOut: readonly LeftOut[]): Promise<TargetRange[]> {
  if (settings.targets.length > 0) return resolveTargets(settings.targets);
  const chosen = settings.interfaces.map((name) => name.toLowerCase());
  const ranges = segments
    .filter(({ interfaceName }) => chosen.length === 0 || chosen.includes(interfaceName.toLowerCase()))
    .flatMap(({ address, prefixLength }) => parseTarget(`${address}/${prefixLength}`) ?? []);
  if (ranges.length > 0) return ranges;
  const why = leftOut.map(({ interfaceName, reason }) => `${interfaceName} (${reason})`).join(', ');
  throw new CamsweepError('targets-missing', `no directly attached IPv4 subnet to scan${why === '' ? '' : `; left out: ${why}`}`);
}

/** A segment is asked by multicast only where the targets hold all of it: who names ten addresses wants ten asked. */
function covers(ranges: readonly TargetRange[], { address, prefixLength }: Segment): boolean {
  const whole = parseTarget(`${address}/${prefixLength}`);
  return (
    whole !== undefined && mergeRanges(ranges).some(({ family, first, last }) => family === 4 && first <= whole.first && last >= whole.last)
  );
}

function chooseProbes(wanted: readonly string[]): Probe[] {
  if (wanted.length === 0) return [...PROBES];
  const ids = [...new Set(PROBES.map(({ id }) => id))];
  for (const id of wanted) {
    if (!ids.includes(id)) throw new CamsweepError('option-invalid', `--probe "${id}": expected one of ${ids.join(', ')}`);
  }
  return PROBES.filter(({ id }) => wanted.includes(id));
}

function probeSettings(settings: ScanSettings, profile: Profile, userAgent: string): ProbeSettings {
  return {
    ports: { ...DEFAULT_PORTS, ...settings.ports },
    snmpCommunities: settings.snmpCommunities,
    snmpUsers: [],
    userAgent,
    timeoutMs: settings.timeoutMs ?? profile.timeoutMs,
    settleMs: profile.settleMs,
  };
}
