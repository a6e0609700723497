import { describe, expect, it } from 'vitest';
import type { LoginLedger } from '../../../agent/inventory/login-ledger.ts';
import { askLiving } from '../../../agent/sweep/stages.ts';
import type { AddressProbe, ProbeContext } from '../../../probes/probe.ts';
import { stageWith } from './stage.ts';

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
  await askLiving(
    ADDRESS,
    stageWith([first, second, other], { ledger, credentials: new Map([[ADDRESS, LOGIN]]) }),
    new AbortController().signal,
  );
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
    await askLiving(ADDRESS, stageWith([alone]), new AbortController().signal);
    expect(events).toEqual(['onvif']);
  });
});
