/** A person's words about a device: append-only, the last one of a field counts. Which fields there are is the caller's. */
import { integer, text, type Database } from './database.ts';

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
    .map((row) => ({ at: text(row, 'at'), by: text(row, 'made_by'), field: text(row, 'field'), value: text(row, 'value') }));
}
