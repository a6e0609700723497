/** A finished scan in the form that was asked for. */
import type { DeviceReport } from '../report/device.ts';
import { renderCsv } from '../report/csv.ts';
import { jsonParts, jsonText } from '../report/json.ts';
import { isFlagged, renderTable } from '../report/table.ts';
import { renderSummary } from '../report/summary.ts';
import type { SweepResult } from '../sweep/sweep.ts';
import { VERSION } from '../version.ts';
import type { Engine } from './engine.ts';
import type { ScanPlan } from './scan-plan.ts';
import type { Io } from './io.ts';
import { coverageForPeople, coverageForPrograms } from './subnet-coverage.ts';

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
    coverage: { ...summary, subnets: coverageForPrograms({ plan, result, reports }) },
  };
}
