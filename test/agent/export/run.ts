/** The smallest runner: plan, then apply what is to be written. Failures are counted and the next device is tried, as the real one does. */
import { systemClock } from '../../../agent/clock.ts';
import { TargetError } from '../../../agent/export/errors.ts';
import { createHttpClient, type HttpLogin } from '../../../agent/export/http.ts';
import type { DevicePlan, ExportDevice, TargetSession, TargetTools } from '../../../agent/export/types.ts';
import { CONTEXT } from './devices.ts';

export const TIMEOUT_MS = 250;

const SECRETS = new Map([['HOOK_SECRET', 'signing-secret']]);

export interface TestTools extends TargetTools {
  close(): void;
}

export function toolsFor(
  url: string,
  login: HttpLogin = { kind: 'bearer', secret: 'token-of-the-test' },
  { signal } = new AbortController(),
  timeoutMs = TIMEOUT_MS,
): TestTools {
  const pace = { timeoutMs, maxBytes: 8 * 1024 * 1024, concurrency: 4, perSecond: 100_000 };
  const http = createHttpClient({ baseUrl: url, login, userAgent: 'camsweep-test', ...pace }, systemClock, signal);
  return { http, signal, secret: (name) => SECRETS.get(name), close: () => http.close() };
}

export interface RunResult {
  readonly plans: readonly DevicePlan[];
  readonly failures: readonly TargetError[];
}

export async function runOnce<Work>(session: TargetSession<Work>, devices: readonly ExportDevice[]): Promise<RunResult> {
  const failures: TargetError[] = [];
  const keep = (error: unknown): void => {
    if (!(error instanceof TargetError)) throw error;
    failures.push(error);
  };
  let plans: readonly DevicePlan<Work>[] = [];
  try {
    plans = await session.plan(devices, CONTEXT);
  } catch (error) {
    keep(error);
  }
  const due = plans.filter(({ action }) => action === 'create' || action === 'update');
  await Promise.all(due.map((plan) => session.apply(plan, CONTEXT).catch(keep)));
  return { plans, failures };
}

/** Runs until nothing fails. A loaded machine may time out by itself, so a few more turns are allowed than failures were ordered. */
export async function settle<Work>(connect: () => TargetSession<Work>, devices: readonly ExportDevice[]): Promise<RunResult> {
  for (let turn = 0; turn < 8; turn += 1) {
    const result = await runOnce(connect(), devices);
    if (result.failures.length === 0) return result;
  }
  throw new Error('still failing after eight runs');
}

/** Small, seeded, good enough to choose steps. */
export function random(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return state % below;
  };
}
