/**
 * A list of devices that a person kept in a spreadsheet → entries for the phase-out. Pure. RFC 4180, with line feeds alone allowed as ends
 * of line. Every fault names line and column, and all of them are told at once: nobody mends a list one message at a time.
 */
import { DETAIL_FIELDS, SETTABLE, type DetailField, type SettableStatus } from './phase-out.ts';

/** What a row may name its device by; several have to mean the same one. */
export const NAMING_COLUMNS = ['key', 'mac', 'serial', 'address'] as const;
export type NamingColumn = (typeof NAMING_COLUMNS)[number];
const COLUMNS = [...NAMING_COLUMNS, 'site', 'status', ...DETAIL_FIELDS] as const;
type Column = (typeof COLUMNS)[number];

export interface PhaseOutRow {
  /** Of the file, counting from 1. */
  readonly line: number;
  readonly names: readonly { readonly column: NamingColumn; readonly value: string }[];
  readonly site: string | undefined;
  readonly status: SettableStatus | undefined;
  /** Only what the row says; an empty cell leaves what is there. */
  readonly details: Partial<Readonly<Record<DetailField, string>>>;
}

export interface ParsedCsv {
  readonly rows: readonly PhaseOutRow[];
  /** `line 3, column status: …`; where there is one, the rows are not to be used. */
  readonly faults: readonly string[];
}

const MAX_CELL = 500;

export function parsePhaseOutCsv(text: string): ParsedCsv {
  const { records, fault } = recordsOf(text.replace(/^\uFEFF/, ''));
  if (fault !== undefined) return { rows: [], faults: [fault] };
  const [head, ...body] = records;
  if (!head) return { rows: [], faults: ['line 1: expected a head line such as key,status,custodian,location,note'] };
  const columns = head.cells.map((cell) => COLUMNS.find((column) => column === cell.trim().toLowerCase()));
  const headFaults = headFaultsOf(head.cells, columns);
  if (headFaults.length > 0) return { rows: [], faults: headFaults };
  const faults: string[] = [];
  const rows = body.flatMap(({ line, cells }) => {
    if (cells.length !== columns.length) {
      faults.push(`line ${line}: expected ${columns.length} cells, found ${cells.length}`);
      return [];
    }
    const byColumn = new Map<Column, string>();
    columns.forEach((column, index) => {
      if (column) byColumn.set(column, plain(cells[index] ?? ''));
    });
    return rowOf(line, byColumn, faults);
  });
  return { rows, faults };
}

function headFaultsOf(names: readonly string[], columns: readonly (Column | undefined)[]): string[] {
  const faults = names.flatMap((name, index) => {
    const column = columns[index];
    if (column === undefined) return [`line 1, column ${index + 1}: unknown column "${name.trim()}": expected ${COLUMNS.join(', ')}`];
    return columns.indexOf(column) < index ? [`line 1, column ${column}: stands twice`] : [];
  });
  const isNamed = NAMING_COLUMNS.some((column) => columns.includes(column));
  return isNamed || faults.length > 0 ? faults : [`line 1: expected a column that names the device: ${NAMING_COLUMNS.join(', ')}`];
}

function rowOf(line: number, cells: ReadonlyMap<Column, string>, faults: string[]): PhaseOutRow[] {
  const before = faults.length;
  const cell = (column: Column): string | undefined => cells.get(column) || undefined;
  const names = NAMING_COLUMNS.flatMap((column) => {
    const value = cell(column);
    return value === undefined ? [] : [{ column, value }];
  });
  if (names.length === 0) faults.push(`line ${line}: expected one of ${NAMING_COLUMNS.join(', ')} to be filled`);
  for (const [column, value] of cells) {
    if (value.length > MAX_CELL) faults.push(`line ${line}, column ${column}: longer than ${MAX_CELL} characters`);
  }
  const word = cell('status')?.toLowerCase();
  const status = SETTABLE.find((known) => known === word);
  if (word !== undefined && status === undefined) faults.push(`line ${line}, column status: "${word}": ${statusHint(word)}`);
  const details = Object.fromEntries(
    DETAIL_FIELDS.flatMap((field) => {
      const value = cell(field);
      return value === undefined ? [] : [[field, value] as const];
    }),
  );
  return faults.length > before ? [] : [{ line, names, site: cell('site'), status, details }];
}

/** Why a status cannot be set by hand, or what was expected. */
export function statusHint(word: string): string {
  return word === 'verified-gone' || word === 'came-back' ? 'only a scan says that' : `expected one of ${SETTABLE.join(', ')}`;
}

/** Our own tables put an apostrophe before what a spreadsheet would run as a formula: it is taken off again. */
function plain(cell: string): string {
  return cell.trim().replace(/^'(?=[=+\-@])/, '');
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Cells by record, empty lines left out. */
function recordsOf(text: string): { readonly records: readonly CsvRecord[]; readonly fault?: string } {
  const records: CsvRecord[] = [];
  let [cells, cell, line, start]: [string[], string, number, number] = [[], '', 1, 1];
  let [quoted, wasQuoted] = [false, false];
  const endCell = (): void => {
    cells.push(cell);
    [cell, wasQuoted] = ['', false];
  };
  const endRecord = (): void => {
    const isEmpty = cells.length === 0 && cell === '' && !wasQuoted;
    endCell();
    if (!isEmpty) records.push({ line: start, cells });
    cells = [];
  };
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    if (char === '\n') line++;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[index + 1] === '"') {
        cell += '"';
        index++;
      } else quoted = false;
    } else if (char === '"') {
      if (cell !== '' || wasQuoted)
        return { records, fault: `line ${line}, column ${cells.length + 1}: a quote inside a cell without quotes around it` };
      [quoted, wasQuoted] = [true, true];
    } else if (char === ',') endCell();
    else if (char === '\n' || (char === '\r' && text[index + 1] === '\n')) {
      if (char === '\r') {
        index++;
        line++;
      }
      endRecord();
      start = line;
    } else if (wasQuoted) return { records, fault: `line ${line}, column ${cells.length + 1}: text after the closing quote` };
    else cell += char;
  }
  if (quoted) return { records, fault: `line ${start}, column ${cells.length + 1}: the quote is never closed` };
  if (cell !== '' || cells.length > 0 || wasQuoted) endRecord();
  return { records };
}
