import { describe, expect, it } from 'vitest';
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
import { askLiving, type StageDependencies } from '../../../agent/sweep/stages.ts';
import type { AddressProbe, ProbeContext } from '../../../probes/probe.ts';
import { loadSignatures } from '../../../signatures/load.ts';
import { FAKE_SETTINGS } from '../../probes/fake-context.ts';

const ADDRESS = '192.0.2.7';
const LOGIN = { user: 'inventory', password: 'secret' };

function probe(id: string, run: (context: ProbeContext) => Promise<void>, after?: string): AddressProbe {
  return {
    id,
    title: id,
    fields: [],
    scope: 'address',
    wave: 2,
    after,
    traffic: () => [],
    run: async (_address, context) => {
      await run(context);
      return 'silent';
    },
  };
}

/** A ledger with one try in it. */
function oneTry(): LoginLedger {
  let left = 1;
  return {
    decide: () => (left > 0 ? 'allowed' : 'tried-today'),
    take: () => (left-- > 0 ? 'ticket' : undefined),
    end: () => undefined,
    notes: () => [],
  };
}

/** A stage that asks nobody: the probes here send nothing. */
function stageWith(probes: readonly AddressProbe[], ledger: LoginLedger | undefined): StageDependencies {
  const signatures = compileSignatures(loadSignatures(), () => undefined);
  const nothing = (): void => undefined;
  return {
    plan: {
      ranges: [],
      segments: [],
      probes,
      settings: FAKE_SETTINGS,
      exclusions: { ranges: [], macs: new Set() },
      credentials: new Map([[ADDRESS, LOGIN]]),
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

async function ask(ledger: LoginLedger | undefined): Promise<string[]> {
  const events: string[] = [];
  const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
  const first = probe('isapi', async (context) => {
    await later();
    events.push(`isapi ${context.credential(ADDRESS) === undefined ? 'without' : 'with'} login`);
  });
  const second = probe(
    'onvif',
    (context) => {
      events.push(`onvif ${context.mayLogIn(ADDRESS) === undefined ? 'without' : 'with'} login`);
      return Promise.resolve();
    },
    'isapi',
  );
  const other = probe('http', () => {
    events.push('http');
    return Promise.resolve();
  });
  await askLiving(ADDRESS, stageWith([first, second, other], ledger), new AbortController().signal);
  return events;
}

describe('agent/sweep/stages: logins', () => {
  it('lets a probe wait for the one the login is better used by, and nobody else', async () => {
    expect(await ask(oneTry())).toEqual(['http', 'isapi with login', 'onvif without login']);
  });

  it('hands out no login without a ledger', async () => {
    expect(await ask(undefined)).toEqual(['http', 'isapi without login', 'onvif without login']);
  });

  it('runs a probe whose predecessor was not chosen', async () => {
    const events: string[] = [];
    const alone = probe('onvif', () => Promise.resolve(void events.push('onvif')), 'isapi');
    await askLiving(ADDRESS, stageWith([alone], undefined), new AbortController().signal);
    expect(events).toEqual(['onvif']);
  });
});
