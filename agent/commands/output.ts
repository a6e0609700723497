/** A finished scan in the form that was asked for. */
import type { Outcome } from '../../probes/probe.ts';
import type { DeviceReport } from '../report/device.ts';
import { renderCsv } from '../report/csv.ts';
import { jsonParts, jsonText } from '../report/json.ts';
import { isCleared, isFlagged, renderTable } from '../report/table.ts';
import { renderSummary } from '../report/summary.ts';
import type { Host } from '../sweep/hosts.ts';
import { countSubnets, subnetLines, type SubnetCounts, type SubnetHost } from '../sweep/subnets.ts';
import type { SweepResult } from '../sweep/sweep.ts';
import { VERSION } from '../version.ts';
import type { Engine } from './engine.ts';
import type { ScanPlan } from './scan-plan.ts';
import type { Io } from './io.ts';

export const OUTPUT_FORMATS = ['table', 'json', 'jsonl', 'csv'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export interface ScanDocument {
  readonly engine: Engine;
  readonly plan: ScanPlan;
  readonly result: SweepResult;
  readonly reports: readonly DeviceReport[];
}

const SCHEMA_VERSION = 1;

/** In pieces, which together are the text. JSON is a piece a device: all at once it would need as much memory again as half the scan. */
export function* renderResult(document: ScanDocument, format: OutputFormat, everything: boolean, io: Io): Generator<string> {
  if (format === 'csv') yield renderCsv(document.reports);
  else if (format === 'jsonl') for (const item of itemsOf(document)) yield `${jsonText({ schemaVersion: SCHEMA_VERSION, ...item })}\n`;
  else if (format === 'json') {
    yield* jsonParts(jsonHead(document), 'devices', itemsOf(document));
    yield '\n';
  } else yield renderForPeople(document, everything, io);
}

function renderForPeople(document: ScanDocument, everything: boolean, io: Io): string {
  const { reports } = document;
  const { bold, red, dim } = io.outColors;
  const color = io.outIsTerminal;
  const style = { columns: io.columns, bold: color ? bold : plain, red: color ? red : plain, dim: color ? dim : plain };
  const table = renderTable(reports, style, everything);
  const { summary, elapsedMs, interrupted } = document.result;
  const { subnets, wordless } = coverageForPeople(document);
  const labels = document.plan.labels;
  return `${table}${table === '' ? '' : '\n'}${renderSummary({ reports, summary, elapsedMs, labels, interrupted, subnets, wordless })}`;
}

type Covered = Pick<ScanDocument, 'plan' | 'result' | 'reports'>;

/** A sentence for each subnet that was asked; and how many live of whom there is nothing to tell. */
export function coverageForPeople(covered: Covered): { readonly subnets: string[]; readonly wordless: number } {
  const told = new Set(covered.reports.map(({ address }) => address));
  const wordless = [...covered.result.coverage.live()].filter(([address]) => !told.has(address)).length;
  return { subnets: subnetLines(countsOf(covered)), wordless };
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

/** Counts as numbers: beyond 2^53 addresses the last digits are not exact. */
function forPrograms({ living, others }: SubnetCounts): unknown {
  const numbers = (count: object): unknown =>
    Object.fromEntries(
      Object.entries(count).map(([key, value]: [string, unknown]) => [key, typeof value === 'bigint' ? Number(value) : value]),
    );
  return { living: living.map(numbers), others: others && numbers(others) };
}

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

const plain = (text: string): string => text;

function* itemsOf({ reports }: ScanDocument): Generator<DeviceReport & { readonly flagged: boolean }> {
  for (const report of reports) yield { flagged: isFlagged(report), ...report };
}

function jsonHead({ engine, plan, result, reports }: ScanDocument): Record<string, unknown> {
  const { startedAt, elapsedMs, interrupted, summary, traffic, problems } = result;
  return {
    schemaVersion: SCHEMA_VERSION,
    scan: {
      startedAt,
      elapsedMs: Math.round(elapsedMs),
      targets: plan.labels,
      interrupted,
      camsweep: VERSION,
      signatures: { version: engine.data.version, hash: engine.data.hash },
      traffic,
      problems,
    },
    coverage: { ...summary, subnets: forPrograms(countsOf({ plan, result, reports })) },
  };
}
