/** A person's words about a device: append-only, the last one of a field counts. Which fields there are is the caller's. */
import { integer, text, type Database, type Row } from './database.ts';
import { rootOf } from './device-rows.ts';

export interface Annotation {
  readonly at: string;
  readonly by: string;
  readonly field: string;
  readonly value: string;
}

export function putAnnotation(database: Database, device: number, { at, by, field, value }: Annotation): void {
  database.run('INSERT INTO annotations (device_id, at, made_by, field, value) VALUES (?, ?, ?, ?, ?)', device, at, by, field, value);
}

/** Of a device and what was merged into it, in the order they were made. */
export function listAnnotations(database: Database, members: readonly number[]): Annotation[] {
  return members
    .flatMap((member) => database.all('SELECT id, at, made_by, field, value FROM annotations WHERE device_id = ?', member))
    .sort((a, b) => integer(a, 'id') - integer(b, 'id'))
    .map(annotationOf);
}

function annotationOf(row: Row): Annotation {
  return { at: text(row, 'at'), by: text(row, 'made_by'), field: text(row, 'field'), value: text(row, 'value') };
}

/** By the key a device has now; merged ones are with the device they became. */
export function allAnnotations(database: Database): Map<string, Annotation[]> {
  const roots = new Map<number, string>();
  const found = new Map<string, Annotation[]>();
  for (const row of database.all('SELECT device_id, at, made_by, field, value FROM annotations ORDER BY id')) {
    const member = integer(row, 'device_id');
    const key = roots.get(member) ?? keyOfRoot(database, member);
    roots.set(member, key);
    const list = found.get(key) ?? [];
    list.push(annotationOf(row));
    found.set(key, list);
  }
  return found;
}

function keyOfRoot(database: Database, member: number): string {
  const row = database.get('SELECT key FROM devices WHERE id = ?', rootOf(database, member));
  return row ? text(row, 'key') : '';
}
