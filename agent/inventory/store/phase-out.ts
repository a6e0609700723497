/** Steps of a phase-out as annotations and events: by hand, and by coverage at the end of each scan. Rules: ../phase-out.ts. */
import { CamsweepError } from '../../errors.ts';
import {
  BY_COVERAGE,
  DETAIL_FIELDS,
  PHASE_OUT_FIELD,
  phaseOutOf,
  stepByCoverage,
  type DetailField,
  type PhaseOutStatus,
  type SettableStatus,
} from '../phase-out.ts';
import { listAnnotations, putAnnotation } from './annotations.ts';
import { integer, type Database } from './database.ts';
import { coreById, membersOf, rootOf, type DeviceCore } from './device-rows.ts';
import { putEvents, type EventPlace } from './events.ts';

/** What a person says of one device; what is absent stays as it was. */
export interface PhaseOutEntry extends Partial<Readonly<Record<DetailField, string>>> {
  readonly key: string;
  readonly status?: SettableStatus | undefined;
}

/** Writes one entry, inside a transaction; the status after it, which coverage may have moved on at once. */
export function setPhaseOut(
  database: Database,
  root: number,
  entry: PhaseOutEntry,
  { at, by }: { at: string; by: string },
): PhaseOutStatus {
  const core = coreById(database, root);
  if (!core) throw new CamsweepError('store-unusable', `${database.path}: device ${root} is gone`);
  const before = phaseOutOf(listAnnotations(database, membersOf(database, root)));
  for (const field of DETAIL_FIELDS) {
    const value = entry[field];
    if (value !== undefined && value !== (before[field] ?? '')) putAnnotation(database, root, { at, by, field, value });
  }
  if (entry.status === undefined || entry.status === before.status) return before.status;
  // What coverage has proven, a list that still says "removed" does not take back.
  if (before.status === 'verified-gone' && (entry.status === 'removed' || entry.status === 'isolated')) return before.status;
  step(database, core, before.status, entry.status, { at, scanId: null, site: core.site, cause: 'hand' }, by);
  return advance(database, core, { at, scanId: null, site: core.site, cause: 'hand' }) ?? entry.status;
}

/** After a scan was merged: removed ones that are gone are verified, removed ones that were seen have come back. Returns the events made. */
export function advancePhaseOuts(database: Database, place: EventPlace): number {
  const roots = new Set(
    database
      .all('SELECT DISTINCT device_id FROM annotations WHERE field = ?', PHASE_OUT_FIELD)
      .map((row) => rootOf(database, integer(row, 'device_id'))),
  );
  let count = 0;
  for (const root of roots) {
    const core = coreById(database, root);
    if (core?.site === place.site && advance(database, core, place) !== undefined) count++;
  }
  return count;
}

function advance(database: Database, core: DeviceCore, place: EventPlace): PhaseOutStatus | undefined {
  const now = phaseOutOf(listAnnotations(database, membersOf(database, core.id)));
  const next = stepByCoverage(now, core);
  if (next !== undefined) step(database, core, now.status, next, place, BY_COVERAGE);
  return next;
}

function step(database: Database, { id }: DeviceCore, before: PhaseOutStatus, after: PhaseOutStatus, place: EventPlace, by: string): void {
  putAnnotation(database, id, { at: place.at, by, field: PHASE_OUT_FIELD, value: after });
  putEvents(database, id, [{ kind: 'phase-out-changed', topic: null, before, after }], place);
}
