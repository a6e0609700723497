/** What an export would do or did, for people and programs. */
import { printable } from '../../probes/text.ts';
import { safeJson } from '../export/escape-json.ts';
import type { DevicePlan } from '../export/types.ts';
import { renderColumns } from '../report/columns.ts';
import type { Io } from './io.ts';

export type PlanLine = Pick<DevicePlan, 'action' | 'device' | 'changes' | 'why'>;

/** Devices that would be touched, a line a field; those that are equal are only counted. As JSON, every device. */
export function describePlans(plans: readonly PlanLine[], json: boolean, io: Pick<Io, 'outIsTerminal' | 'columns'>): string {
  if (json) {
    const devices = plans.map(({ action, device: { key, site, addresses, summary }, changes, why }) => ({
      ...{ key, action, site, addresses, summary, changes },
      ...(why === undefined ? {} : { why }),
    }));
    return `${safeJson({ schemaVersion: 1, devices }, 2)}\n`;
  }
  const rows = plans.flatMap(({ action, device, changes, why }) => {
    if (action === 'unchanged') return [];
    const head = [action, device.addresses[0] ?? '-', device.key];
    if (action === 'conflict') return [[...head, printable(why ?? 'several records match', 300)]];
    if (changes.length === 0) return [[...head, device.summary]];
    return changes.map(({ field, before, after }, index) => [
      ...(index === 0 ? head : ['', '', '']),
      `${field}: ${action === 'create' && before === null ? '' : `${shown(before)} -> `}${shown(after)}`,
    ]);
  });
  return rows.length === 0 ? '' : renderColumns(['ACTION', 'ADDRESS', 'KEY', 'WHAT'], rows, io.outIsTerminal ? io.columns : 0);
}

function shown(value: string | null): string {
  return value === null ? '(nothing)' : printable(value, 120);
}
