import { systemClock } from '../../../agent/clock.ts';
import { compileSignatures } from '../../../agent/identify/compile.ts';
import type { LoginLedger } from '../../../agent/inventory/login-ledger.ts';
import { createLogger } from '../../../agent/log.ts';
import { createHostGate } from '../../../agent/net/host-gate.ts';
import { createPace } from '../../../agent/net/pace.ts';
import { RoundTrips } from '../../../agent/net/round-trips.ts';
import { Coverage } from '../../../agent/sweep/coverage.ts';
import { createHostTable } from '../../../agent/sweep/hosts.ts';
import { createNeighbours } from '../../../agent/sweep/neighbours.ts';
import type { StageDependencies } from '../../../agent/sweep/stages.ts';
import type { SweepPlan } from '../../../agent/sweep/sweep.ts';
import type { AddressProbe } from '../../../probes/probe.ts';
import { loadSignatures } from '../../../signatures/load.ts';
import { FAKE_SETTINGS } from '../../probes/fake-context.ts';

/** A stage that asks nobody: the probes here send nothing. */
export function stageWith(
  probes: readonly AddressProbe[],
  { ledger, credentials = new Map() }: { readonly ledger?: LoginLedger | undefined; readonly credentials?: SweepPlan['credentials'] } = {},
): StageDependencies {
  const signatures = compileSignatures(loadSignatures(), () => undefined);
  const nothing = (): void => undefined;
  return {
    plan: {
      ranges: [],
      segments: [],
      probes,
      settings: FAKE_SETTINGS,
      exclusions: { ranges: [], macs: new Set() },
      credentials,
      rate: 1000,
      hostRate: 1000,
      hostTimeMs: 5000,
      concurrency: 1,
      descriptors: 16,
      knocksAtOnce: 16,
      otherKnocks: 3,
      darkWaitMs: 100,
      tableLimit: undefined,
      attached: [],
    },
    probes,
    clock: { ...systemClock, sleep: () => Promise.resolve() },
    neighbours: createNeighbours({
      read: () => Promise.resolve(new Map()),
      attached: () => false,
      isOwn: () => false,
      nowMs: () => systemClock.nowMs(),
    }),
    log: createLogger('silent'),
    wasAskedByGroup: () => false,
    groupsHeard: Promise.resolve(),
    shared: {
      pace: createPace({ rate: 1000, hostRate: 1000 }, systemClock),
      hosts: createHostGate(2),
      descriptors: createHostGate(16),
      isExcluded: () => false,
      timeoutMs: 500,
      roundTrips: new RoundTrips(),
      count: { packets: 0, bytes: 0 },
    },
    table: createHostTable({ signatures, clock: systemClock, macOf: () => undefined, onRecording: nothing, onHost: nothing }),
    coverage: new Coverage(1),
    isExcluded: () => false,
    ledger,
  };
}
