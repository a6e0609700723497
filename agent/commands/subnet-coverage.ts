/** What became of each subnet of a scan, from its coverage, what was heard and what was concluded. */
import type { Outcome } from '../../probes/probe.ts';
import type { DeviceReport } from '../report/device.ts';
import { isCleared, isFlagged } from '../report/table.ts';
import type { Host } from '../sweep/hosts.ts';
import { countSubnets, subnetLines, type SubnetCounts, type SubnetHost } from '../sweep/subnets.ts';
import type { SweepResult } from '../sweep/sweep.ts';
import type { ScanPlan } from './scan-plan.ts';

export interface Covered {
  readonly plan: Pick<ScanPlan, 'ranges'>;
  readonly result: SweepResult;
  readonly reports: readonly DeviceReport[];
}

/** A sentence for each subnet that was asked; and how many live of whom there is nothing to tell. */
export function coverageForPeople(covered: Covered): { readonly subnets: string[]; readonly wordless: number } {
  const told = new Set(covered.reports.map(({ address }) => address));
  const wordless = [...covered.result.coverage.live()].filter(([address]) => !told.has(address)).length;
  return { subnets: subnetLines(countsOf(covered)), wordless };
}

/** The same in numbers; beyond 2^53 addresses the last digits are not exact. */
export function coverageForPrograms(covered: Covered): unknown {
  const { living, others } = countsOf(covered);
  const numbers = (count: object): unknown =>
    Object.fromEntries(
      Object.entries(count).map(([key, value]: [string, unknown]) => [key, typeof value === 'bigint' ? Number(value) : value]),
    );
  return { living: living.map(numbers), others: others && numbers(others) };
}

function countsOf({ plan, result, reports }: Covered): SubnetCounts {
  const live = [...result.coverage.live()];
  const heard = new Set(result.hosts.filter(saidSomething).map(({ address }) => address));
  return countSubnets({
    hosts: reports.map(asSubnetHost),
    alive: live.map(([address]) => address),
    refusing: live.flatMap(([address, outcomes]) => (!heard.has(address) && onlyRefused(Object.values(outcomes)) ? [address] : [])),
    dark: result.coverage.dark(plan.ranges),
  });
}

function saidSomething({ observations }: Host): boolean {
  return observations.some(({ protocol }) => protocol !== 'arp');
}

/** It was asked to the end, and what came back were refusals. */
export function onlyRefused(outcomes: readonly Outcome[]): boolean {
  return outcomes.includes('refused') && outcomes.every((outcome) => WITHOUT_ANSWER.includes(outcome));
}

const WITHOUT_ANSWER: readonly Outcome[] = ['refused', 'silent', 'spared'];

/** Known to be no camera counts as identified: somebody said what it is. */
function asSubnetHost(report: DeviceReport): SubnetHost {
  const { address, maker, owner, surveillance } = report;
  return {
    address,
    isIdentified: maker !== null || surveillance === false,
    isCleared: isCleared(report),
    isHikvision: owner === 'Hikvision' && isFlagged(report),
  };
}
