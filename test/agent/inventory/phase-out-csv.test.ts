import { describe, expect, it } from 'vitest';
import { parsePhaseOutCsv } from '../../../agent/inventory/phase-out-csv.ts';
import { randomFrom } from '../../probes/mutate.ts';

const rowsOf = (text: string) => parsePhaseOutCsv(text).rows;
const faultsOf = (text: string) => parsePhaseOutCsv(text).faults;

describe('agent/inventory/phase-out-csv', () => {
  it('reads quotes, commas, line ends of all kinds, a byte order mark and what stands in quotes over several lines', () => {
    const text =
      '\uFEFFmac,Status,custodian,note\r\n44:19:b6:00:00:01,Planned,"Ann, ""the"" boss","two\nlines"\n\n44:19:b6:00:00:02,,,\'=cmd()';
    expect(parsePhaseOutCsv(text)).toEqual({
      faults: [],
      rows: [
        {
          line: 2,
          names: [{ column: 'mac', value: '44:19:b6:00:00:01' }],
          site: undefined,
          status: 'planned',
          details: { custodian: 'Ann, "the" boss', note: 'two\nlines' },
        },
        {
          line: 5,
          names: [{ column: 'mac', value: '44:19:b6:00:00:02' }],
          site: undefined,
          status: undefined,
          details: { note: '=cmd()' },
        },
      ],
    });
  });

  it.each([
    ['', ['line 1: expected a head line such as key,status,custodian,location,note']],
    ['status\nplanned', ['line 1: expected a column that names the device: key, mac, serial, address']],
    ['key,stat', ['line 1, column 2: unknown column "stat": expected key, mac, serial, address, site, status, custodian, location, note']],
    ['key,key', ['line 1, column key: stands twice']],
    ['key,status\na', ['line 2: expected 2 cells, found 1']],
    ['key,status\n,planned', ['line 2: expected one of key, mac, serial, address to be filled']],
    [
      'key,status\na,gone\nb,verified-gone',
      [
        'line 2, column status: "gone": expected one of found, planned, isolated, removed',
        'line 3, column status: "verified-gone": only a scan says that',
      ],
    ],
    ['key,note\na,"b', ['line 2, column 2: the quote is never closed']],
    ['key,note\na,b"c"', ['line 2, column 2: a quote inside a cell without quotes around it']],
    ['key,note\na,"b"c', ['line 2, column 2: text after the closing quote']],
    [`key,note\na,${'x'.repeat(501)}`, ['line 2, column note: longer than 500 characters']],
  ])('%j: names line and column', (text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
    expect(rowsOf(text).length === 0 || faults.length > 0).toBe(true);
  });

  it('gives back any cell that was written by the rules (seed 7)', () => {
    const random = randomFrom(7);
    const alphabet = ['a', 'B', '"', ',', '\n', '\r', ' ', 'é', ';', '9'];
    for (let turn = 0; turn < 300; turn++) {
      const note = Array.from({ length: 1 + Math.floor(random() * 12) }, () => alphabet[Math.floor(random() * alphabet.length)] ?? '').join(
        '',
      );
      const text = `key,note\r\nk${turn},"${note.replaceAll('"', '""')}"\r\n`;
      expect(parsePhaseOutCsv(text)).toMatchObject({
        faults: [],
        rows: [{ names: [{ value: `k${turn}` }], details: note.trim() === '' ? {} : { note: note.trim() } }],
      });
    }
  });
});
