/**
 * An observation: one field a device showed. Decoders make them, signatures match them, nothing else happens to them.
 *
 * Field names are dotted and stable (`http.header.server`, `snmp.sysObjectID`): they are the vocabulary signatures are
 * written in, listed in `signatures/vocabulary/fields.yaml`.
 */

/** What a pure decoder returns: field name and text value, in wire order, repeated where the device repeated it. */
export interface Field {
  readonly field: string;
  readonly value: string;
}

/** A field together with where it came from. `recording` leads back to the bytes. */
export interface Observation extends Field {
  readonly recording: string;
  readonly protocol: string;
  readonly address: string;
  readonly port?: number | undefined;
  readonly at?: string | undefined;
}

/** Longest value kept in one observation, in UTF-16 code units. The recording keeps the rest. */
export const MAX_VALUE_LENGTH = 8192;

/** Makes a field, with the value cut at the limit. */
export function field(name: string, value: string): Field {
  return { field: name, value: value.length > MAX_VALUE_LENGTH ? value.slice(0, MAX_VALUE_LENGTH) : value };
}

/** Makes a list of at most one field: nothing for an absent or empty value. */
export function optionalField(name: string, value: unknown): Field[] {
  if (typeof value === 'number' || typeof value === 'boolean') return [field(name, String(value))];
  return typeof value === 'string' && value !== '' ? [field(name, value)] : [];
}
