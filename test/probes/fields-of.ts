import type { Field } from '../../probes/observation.ts';
import type { Decoder } from '../../probes/probe.ts';
import type { Protocol } from '../../probes/recording.ts';

/** What a decoder makes of one response, as a table from field to its values in order. */
export function fieldsOf(
  decoder: Decoder,
  protocol: Protocol,
  response: Readonly<Record<string, unknown>>,
  request?: Readonly<Record<string, unknown>>,
): Record<string, string[]> {
  return tableOf(decoder({ id: 'r', from: { address: '192.0.2.1' }, protocol, request, response }));
}

export function tableOf(fields: readonly Field[]): Record<string, string[]> {
  const table: Record<string, string[]> = {};
  for (const { field, value } of fields) (table[field] ??= []).push(value);
  return table;
}

/** Values of the wrong type in every place a decoder looks at. */
export const WRONG_RESPONSES: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { bytes: null },
  { bytes: '' },
  { bytes: '%%%' },
  { bytes: 7, status: {}, headers: {}, body: [] },
  { status: 'x', headers: [[], [1, 2], ['a'], null, 'b', ['A', 'b', 'c']], body: null },
  {
    headers: [
      ['', ''],
      [' ', ' '],
      ['\u0000', '\u0000'],
      ['__proto__', 'x'],
    ],
  },
  { favicon: null },
  { favicon: [] },
  { favicon: { md5: 1, mmh3: {} } },
  { xml: 5 },
  { xml: '' },
  { xml: '<' },
  { xml: '<a>'.repeat(1000) },
  { banner: {} },
  { banner: '' },
  { subject: 1, issuer: [], names: 'x', validFrom: 5, validTo: 'yesterday' },
  { names: [1, null, {}, 'a'] },
];
