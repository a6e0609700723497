/** The fields of ECS as Elastic publishes them (package @elastic/ecs), and what is wrong with a document under them. */
import { isIP } from 'node:net';
import ecs from '@elastic/ecs';
import { z } from 'zod';

export const { EcsVersion: ECS_PUBLISHED } = ecs;

const fieldSchema = z.object({
  type: z.string(),
  normalize: z.array(z.string()),
  object_type: z.string().optional(),
  pattern: z.string().optional(),
  required: z.boolean().optional(),
  allowed_values: z.array(z.object({ name: z.string(), expected_event_types: z.array(z.string()).optional() })).optional(),
});
type Field = z.infer<typeof fieldSchema>;
const FIELDS = new Map<string, Field>(Object.entries(z.record(z.string(), fieldSchema).parse(ecs.EcsFlat)));

export const FIELD_COUNT = FIELDS.size;

/** One line a fault, with the dotted name of the field. */
export function faultsOf(document: Readonly<Record<string, unknown>>): string[] {
  const seen = new Map<string, unknown>();
  const faults = [...walk(document, '', seen)];
  for (const [name, { required }] of FIELDS) if (required === true && !seen.has(name)) faults.push(`${name}: is missing`);
  const types = (FIELDS.get('event.category')?.allowed_values ?? []).flatMap(({ name, expected_event_types = [] }) =>
    listOf(seen.get('event.category')).includes(name) ? expected_event_types : [],
  );
  for (const type of listOf(seen.get('event.type')))
    if (!types.includes(String(type))) faults.push(`event.type: ${String(type)}: not of its category`);
  return faults;
}

function* walk(value: Readonly<Record<string, unknown>>, prefix: string, seen: Map<string, unknown>): Generator<string> {
  for (const [key, inner] of Object.entries(value)) {
    const name = `${prefix}${key}`;
    const field = FIELDS.get(name);
    if (field !== undefined) {
      seen.set(name, inner);
      yield* faultsIn(inner, field).map((fault) => `${name}: ${fault}`);
    } else if (isObject(inner)) yield* walk(inner, `${name}.`, seen);
    else yield `${name}: no field of ECS`;
  }
}

function faultsIn(value: unknown, { type, normalize, object_type, pattern, allowed_values }: Field): string[] {
  if (type === 'object') {
    if (!isObject(value)) return ['expected an object'];
    return Object.entries(value).flatMap(([key, one]) =>
      isA(object_type ?? 'keyword', one) && !key.includes('.') ? [] : [`${key}: expected a flat ${object_type ?? ''}`],
    );
  }
  const isList = Array.isArray(value);
  if (isList !== normalize.includes('array')) return [isList ? 'expected one value, not a list' : 'expected a list'];
  return listOf(value).flatMap((one) => {
    if (!isA(type, one)) return [`${JSON.stringify(one).slice(0, 60)}: expected ${type}`];
    const text = String(one);
    if (pattern !== undefined && !new RegExp(pattern).test(text)) return [`${text}: expected ${pattern}`];
    return allowed_values !== undefined && allowed_values.length > 0 && allowed_values.every(({ name }) => name !== text)
      ? [`${text}: not allowed`]
      : [];
  });
}

/** Types of Elasticsearch that ECS uses here; any other is refused, so that a new one is looked at. */
function isA(type: string, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (type === 'ip') return isIP(value) !== 0;
  if (type === 'date') return z.iso.datetime().safeParse(value).success;
  return ['keyword', 'wildcard', 'constant_keyword', 'text', 'match_only_text'].includes(type);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
