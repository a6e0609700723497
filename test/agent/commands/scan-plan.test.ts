import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planScan } from '../../../agent/commands/scan-plan.ts';
import { resolveSettings } from '../../../agent/config/resolve.ts';

const limitOf = async (environment: Record<string, string>) =>
  (await planScan(resolveSettings({ targets: ['127.0.0.9'] }, environment, undefined), 'test', ['ca-federal-2025'])).tableLimit;
const FILE = '/proc/sys/net/ipv4/neigh/default/gc_thresh3';

function kernelLimit(): number {
  try {
    return Number(readFileSync(FILE, 'utf8'));
  } catch {
    return 1024;
  }
}

describe.skipIf(process.platform !== 'linux')('agent/commands/scan-plan', () => {
  it("takes the kernel's limit of neighbours, or the one that was given", async () => {
    expect(await limitOf({})).toBe(kernelLimit());
    expect(await limitOf({ CAMSWEEP_NEIGHBOUR_LIMIT: '8192' })).toBe(8192);
  });
});
