/** Settings → what will be asked: ranges, segments, probes, ports, credentials. Sends nothing. */
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { PROBES } from '../../probes/index.ts';
import type { Credential, Probe, ProbeSettings, Segment } from '../../probes/probe.ts';
import { DEFAULT_PORTS, type ScanSettings } from '../config/options.ts';
import { CamsweepError, messageOfError } from '../errors.ts';
import { surveyInterfaces, type LeftOut } from '../net/interfaces.ts';
import { descriptorLimit } from '../net/limits.ts';
import { parseExclusions } from '../sweep/exclusions.ts';
import type { SweepPlan } from '../sweep/sweep.ts';
import { countAddresses, mergeRanges, parseTarget, type TargetRange } from '../sweep/targets.ts';
import { expandFiles, resolveTargets } from './targets.ts';

export interface ScanPlan extends SweepPlan {
  readonly labels: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly addresses: bigint;
}

/** Listens this long after a multicast question. WS-Discovery devices wait up to 0.5 s by themselves. */
const SETTLE_MS = 1200;
/** Descriptors that are not the scan's: stdio, files, the event loop's own. */
const RESERVED_DESCRIPTORS = 64;
const MAX_DESCRIPTORS = 2000;

/** Builds the plan. Throws CamsweepError for anything the user can mend. */
export async function planScan(settings: ScanSettings, userAgent: string, knownPolicies: readonly string[]): Promise<ScanPlan> {
  for (const id of settings.policies) {
    if (!knownPolicies.includes(id))
      throw new CamsweepError('option-invalid', `--policy "${id}": expected one of ${knownPolicies.join(', ')}`);
  }
  const { segments, leftOut } = surveyInterfaces(settings.interfaces);
  checkInterfaces(settings.interfaces, segments);
  const ranges = await rangesOf(settings, segments, leftOut);
  return {
    ranges,
    labels: [...new Set(ranges.map(({ label }) => label))],
    leftOut: settings.targets.length === 0 ? leftOut : [],
    addresses: countAddresses(ranges),
    segments: segments.filter((segment) => covers(ranges, segment)),
    probes: chooseProbes(settings.probes),
    settings: probeSettings(settings, userAgent),
    exclusions: parseExclusions(expandFiles(settings.exclude).map(({ text }) => text)),
    credentials: settings.credentialsFile === undefined ? new Map() : readCredentials(settings.credentialsFile),
    rate: settings.rate,
    hostRate: settings.hostRate,
    hostTimeMs: settings.hostTimeMs,
    concurrency: settings.concurrency,
    descriptors: Math.max(16, Math.min(MAX_DESCRIPTORS, descriptorLimit() - RESERVED_DESCRIPTORS)),
  };
}

function checkInterfaces(named: readonly string[], segments: readonly Segment[]): void {
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

function probeSettings(settings: ScanSettings, userAgent: string): ProbeSettings {
  return {
    ports: { ...DEFAULT_PORTS, ...settings.ports },
    snmpCommunities: settings.snmpCommunities,
    snmpUsers: [],
    userAgent,
    timeoutMs: settings.timeoutMs,
    settleMs: SETTLE_MS,
  };
}

const credentialsSchema = z.strictObject({
  hosts: z.record(
    z.string(),
    z.strictObject({ user: z.string().min(1), password: z.string().optional(), passwordEnv: z.string().optional() }),
  ),
});

/** Logins for named hosts. A password stands in the file, or in the environment variable the file names. */
function readCredentials(path: string): Map<string, Credential> {
  let value: unknown;
  try {
    value = parseYaml(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CamsweepError('file-unreadable', `credentials file ${path}: ${messageOfError(error)}`);
  }
  const parsed = credentialsSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CamsweepError(
      'config-invalid',
      `${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'expected hosts with user and password'}`,
    );
  }
  return new Map(
    Object.entries(parsed.data.hosts).map(([host, { user, password, passwordEnv }]) => {
      const secret = password ?? (passwordEnv === undefined ? undefined : process.env[passwordEnv]);
      if (secret === undefined)
        throw new CamsweepError(
          'config-invalid',
          `${path}: hosts.${host}: expected password, or passwordEnv naming a variable that is set`,
        );
      return [host, { user, password: secret }];
    }),
  );
}
