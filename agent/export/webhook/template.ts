/**
 * A JSON template with `{{device.model}}` in it. Values go in as JSON values: the template is never text that is put together, so nothing a
 * device says can end a string or begin a field. Pure.
 */
import type { ExportContext, ExportDevice, ExportEvent } from '../types.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Mode = 'device' | 'batch' | 'event';

const DEVICE_FIELDS = [
  ...['schemaVersion', 'key', 'formerKeys', 'mergedInto', 'identifiers', 'brand', 'maker', 'owner', 'model', 'firmware', 'serial', 'mac'],
  ...['deviceType', 'surveillance', 'certainty', 'addresses', 'site', 'status', 'phaseOut', 'custodian', 'location', 'note'],
  ...['firstSeen', 'lastSeen', 'flagged', 'verdicts', 'summary', 'because', 'contradictions', 'evidence'],
] as const;
const EVENT_FIELDS = ['id', 'at', 'kind', 'policy', 'before', 'after', 'summary'] as const;
const below = (name: string, fields: readonly string[]): string[] => [name, ...fields.map((field) => `${name}.${field}`)];

/** What may stand in a template, by what a request is about. */
export const PLACEHOLDERS = {
  device: [...below('device', DEVICE_FIELDS), 'version'],
  batch: ['devices', 'version'],
  event: [...below('event', EVENT_FIELDS), ...below('device', DEVICE_FIELDS), 'version'],
} as const satisfies Record<Mode, readonly string[]>;

export const DEFAULT_TEMPLATES = {
  device: { device: '{{device}}' },
  batch: { devices: '{{devices}}' },
  event: { event: '{{event}}', device: '{{device}}' },
} as const satisfies Record<Mode, Json>;

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;
const WHOLE = /^\{\{\s*([^{}]*?)\s*\}\}$/;

/** Names in the template that mean nothing in this mode; placeholders in names of fields too, where none may be. */
export function unknownPlaceholders(template: Json, mode: Mode): string[] {
  if (typeof template === 'string') {
    const known: readonly string[] = PLACEHOLDERS[mode];
    return [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name).filter((name) => !known.includes(name));
  }
  if (typeof template !== 'object' || template === null) return [];
  return Object.entries(template).flatMap(([key, value]: [string, Json]) => [
    ...[...key.matchAll(PLACEHOLDER)].map(([whole]) => `${whole} as the name of a field`),
    ...unknownPlaceholders(value, mode),
  ]);
}

export interface Scope {
  readonly device?: ExportDevice;
  readonly devices?: readonly ExportDevice[];
  readonly event?: ExportEvent;
  readonly context: ExportContext;
}

/** A string that is one placeholder becomes the value with its type; inside other text it becomes text. What is not known is null, or nothing. */
export function filled(template: Json, scope: Scope): unknown {
  if (typeof template === 'string') {
    const whole = WHOLE.exec(template)?.[1];
    if (whole !== undefined) return valueOf(whole, scope) ?? null;
    return template.replace(PLACEHOLDER, (_, name: string) => textOf(valueOf(name, scope)));
  }
  if (typeof template !== 'object' || template === null) return template;
  if (isList(template)) return template.map((item) => filled(item, scope));
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, filled(value, scope)] as const));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function valueOf(name: string, { device, devices, event, context }: Scope): unknown {
  if (name === 'version') return context.version;
  if (name === 'devices') return devices;
  const [root = '', field] = name.split('.');
  // The device of an event has a name of its own.
  const source: object | undefined = root === 'event' && event ? { ...event, device: undefined } : device;
  if (source === undefined) return undefined;
  return field === undefined ? source : new Map<string, unknown>(Object.entries(source)).get(field);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
