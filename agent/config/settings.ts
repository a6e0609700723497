/** What a scan was told, after flags, environment and file have become one. */
import type { ServicePorts } from '../../probes/probe.ts';
import type { FailCondition } from './fail-on.ts';
import type { ProfileName } from './profiles.ts';

/** Every setting of a scan as the code uses it; where each comes from is in `options.ts`. */
export interface ScanSettings {
  readonly targets: readonly string[];
  readonly exclude: readonly string[];
  readonly interfaces: readonly string[];
  readonly ports: Partial<ServicePorts>;
  readonly probes: readonly string[];
  readonly profile: ProfileName;
  /** Undefined: as the profile says. */
  readonly timeoutMs: number | undefined;
  readonly hostTimeMs: number | undefined;
  readonly rate: number | undefined;
  readonly hostRate: number | undefined;
  readonly concurrency: number | undefined;
  /** Entries; undefined: as the kernel says. */
  readonly neighbourLimit: number | undefined;
  readonly snmpCommunities: readonly string[];
  readonly credentialsFile: string | undefined;
  readonly policies: readonly string[];
  /** Undefined: exceptions.yaml in the data directory, where there is one. */
  readonly exceptionsFile: string | undefined;
  readonly record: string | undefined;
  readonly output: string | undefined;
  readonly failOn: readonly FailCondition[];
  /** Print only when something changed or is wrong. */
  readonly quiet: boolean;
  /** How long to wait for another scan of the site to end. */
  readonly waitMs: number;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  readonly yes: boolean;
  readonly site: string;
  readonly db: string | undefined;
  readonly noStore: boolean;
  /** Exports to run after the scan, by name. */
  readonly exports: readonly string[];
  /** Scans of a site whose recordings are kept in full; 0 keeps all. */
  readonly keepRecordings: number;
}
