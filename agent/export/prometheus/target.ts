/**
 * Prometheus text format for the textfile collector: counts only, because a series for each device would grow without end. No time
 * stamps (the collector refuses them). Label values come from policies, sites and closed lists; they are escaped all the same. Pure.
 */
import { z } from 'zod';
import { printable } from '../../../probes/text.ts';
import type { DocumentTarget, ExportContext, ExportDevice } from '../types.ts';

export const prometheusTarget: DocumentTarget<Record<string, never>> = {
  kind: 'document',
  id: 'prometheus',
  title: 'Prometheus textfile, counts only',
  settings: z.strictObject({}),
  extension: 'prom',
  writes: 'whole',
  render: (devices, _events, context) => {
    const families = [...deviceFamilies(devices), ...scanFamilies(context)];
    return families.map(renderFamily).join('');
  },
};

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly (readonly [Labels, number])[];
}

function deviceFamilies(devices: readonly ExportDevice[]): Family[] {
  // What is no device of its own any more is counted with the one it is part of.
  const own = devices.filter(({ mergedInto }) => mergedInto === undefined);
  return [
    {
      name: 'camsweep_devices',
      help: 'Devices of the inventory by site, status and whether they are surveillance devices.',
      samples: counted(
        own.map(({ site, status, surveillance }) => ({
          site,
          status,
          surveillance: surveillance === null ? 'unknown' : String(surveillance),
        })),
      ),
    },
    {
      name: 'camsweep_device_verdicts',
      help: 'Devices by verdict under each policy.',
      samples: counted(
        own.flatMap(({ site, status, verdicts }) => verdicts.map(({ policy, verdict }) => ({ site, policy, verdict, status }))),
      ),
    },
    {
      name: 'camsweep_flagged_devices',
      help: 'Devices that match a policy and that no exception covers.',
      samples: counted(own.filter(({ flagged }) => flagged).map(({ site, status }) => ({ site, status }))),
    },
  ];
}

function scanFamilies({ scans, version }: ExportContext): Family[] {
  const samples = (value: (scan: ExportContext['scans'][number]) => number): Family['samples'] =>
    scans.map((scan) => [{ site: scan.site }, value(scan)]);
  const seconds = (at: string): number => Math.round(Date.parse(at) / 1000);
  return [
    {
      name: 'camsweep_last_scan_timestamp_seconds',
      help: 'When the last scan of the site ended.',
      samples: samples(({ endedAt, startedAt }) => seconds(endedAt ?? startedAt)),
    },
    {
      name: 'camsweep_last_scan_complete',
      help: 'Whether the last scan of the site asked all it was to ask.',
      samples: samples(({ complete }) => Number(complete)),
    },
    {
      name: 'camsweep_targets',
      help: 'Addresses of the last scan by outcome.',
      samples: scans.flatMap(({ site, coverage }) =>
        Object.entries(coverage).map(([outcome, count]) => [{ site, outcome }, count] as const),
      ),
    },
    { name: 'camsweep_info', help: 'The version that wrote this.', samples: [[{ version }, 1]] },
  ];
}

function counted(labels: readonly Labels[]): [Labels, number][] {
  const counts = new Map<string, [Labels, number]>();
  for (const one of labels) {
    const key = renderLabels(one);
    counts.set(key, [one, (counts.get(key)?.[1] ?? 0) + 1]);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sample]) => sample);
}

function renderFamily({ name, help, samples }: Family): string {
  const head = `# HELP ${name} ${help}\n# TYPE ${name} gauge\n`;
  return `${head}${samples.map(([labels, value]) => `${name}${renderLabels(labels)} ${value}\n`).join('')}`;
}

function renderLabels(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${printable(value).replace(/[\\"]/g, '\\$&')}"`)
    .join(',')}}`;
}
