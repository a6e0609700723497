/**
 * What an instance must have before devices are written: its version, custom fields, tags, the role, the sites. Missing things are a clear
 * error; the set-up makes them, and looks first.
 */
import { TargetError } from '../errors.ts';
import { printable } from '../../../probes/text.ts';
import type { ExportContext } from '../types.ts';
import type { ListOf, NetBoxApi } from './api.ts';
import { slugOf, type TagIds } from './payload.ts';
import {
  DATE_FIELDS,
  FIELD_IDS,
  FIELDS,
  fieldRow,
  namedRow,
  statusAnswer,
  type FieldId,
  type FieldRow,
  type NetBoxSettings,
} from './schema.ts';
import type { z } from 'zod';

type Named = z.infer<typeof namedRow>;

const FIELD_LIST: ListOf<FieldRow> = { path: '/api/extras/custom-fields/', schema: fieldRow };
const TAGS: ListOf<Named> = { path: '/api/extras/tags/', schema: namedRow, fields: 'id,name,slug' };
const ROLES: ListOf<Named> = { path: '/api/dcim/device-roles/', schema: namedRow, fields: 'id,name,slug' };
export const SITES: ListOf<Named> = { path: '/api/dcim/sites/', schema: namedRow, fields: 'id,name,slug' };

/** MAC addresses are objects since then, and the whole target is made of them. */
const OLDEST = [4, 2] as const;
/** Tags can be added and removed one by one since then. */
const ADDS_TAGS = [4, 6] as const;

const TITLES: Readonly<Record<FieldId, string>> = {
  key: 'Camsweep key',
  serial: 'Serial as the device tells it',
  firmware: 'Firmware',
  verdict: 'Restriction',
  presence: 'Presence',
  addresses: 'Addresses seen',
  firstSeen: 'First seen',
  lastSeen: 'Last seen',
};

export interface Instance {
  readonly tagIds: TagIds;
  readonly roleId: number;
  readonly addsTags: boolean;
}

/** Throws TargetError `target` with the command that makes what is missing. */
export async function readInstance(api: NetBoxApi, settings: NetBoxSettings, name: string): Promise<Instance> {
  const version = await readVersion(api);
  const { fields, tags, role } = await read(api, settings);
  const missing = [
    ...FIELD_IDS.filter((id) => !fields.some((row) => row.name === FIELDS[id])).map((id) => `custom field ${FIELDS[id]}`),
    ...tagSlugs(settings).flatMap((slug) => (tags.some((row) => row.slug === slug) ? [] : [`tag ${slug}`])),
    ...(role ? [] : [`role ${settings.role}`]),
  ];
  if (missing.length > 0 || !role) throw missingError(missing, name);
  for (const id of FIELD_IDS) checkField(id, fields);
  const idOf = (slug: string): number => tags.find((row) => row.slug === slug)?.id ?? 0;
  return {
    tagIds: { tag: idOf(settings.tag), flaggedTag: idOf(settings.flaggedTag), goneTag: idOf(settings.goneTag) },
    roleId: role.id,
    addsTags: atLeast(version, ADDS_TAGS),
  };
}

export function missingError(missing: readonly string[], name: string): TargetError {
  return new TargetError('target', `NetBox lacks ${missing.join(', ')}: camsweep export ${name} --netbox-setup makes what is missing`);
}

/** In words what was made. Again after a cut: it looks at everything first. */
export async function setUpInstance(api: NetBoxApi, settings: NetBoxSettings, context: ExportContext): Promise<readonly string[]> {
  await readVersion(api);
  const { fields, tags, role } = await read(api, settings);
  const made: string[] = [];
  for (const id of FIELD_IDS) {
    if (fields.some((row) => row.name === FIELDS[id])) continue;
    await api.create(FIELD_LIST, fieldBody(id));
    made.push(`custom field ${FIELDS[id]}`);
  }
  for (const slug of tagSlugs(settings)) {
    if (tags.some((row) => row.slug === slug)) continue;
    await api.create(TAGS, { name: slug, slug });
    made.push(`tag ${slug}`);
  }
  if (!role) {
    await api.create(ROLES, { name: titleOf(settings.role), slug: settings.role, vm_role: false });
    made.push(`role ${settings.role}`);
  }
  const wanted = new Map(context.scans.map(({ site }) => [settings.sites[site] ?? slugOf(site), site] as const));
  const there = await api.find(SITES, 'slug', [...wanted.keys()]);
  for (const [slug, site] of wanted) {
    if (there.some((row) => row.slug === slug)) continue;
    await api.create(SITES, { name: printable(site, 100), slug, status: 'active' });
    made.push(`site ${slug}`);
  }
  return made;
}

async function read(
  api: NetBoxApi,
  settings: NetBoxSettings,
): Promise<{ readonly fields: readonly FieldRow[]; readonly tags: readonly Named[]; readonly role: Named | undefined }> {
  const names = FIELD_IDS.map((id) => FIELDS[id]);
  const fields = await api.find(FIELD_LIST, 'name', names);
  const tags = await api.find(TAGS, 'slug', tagSlugs(settings));
  // Since 4.3 roles are a tree, and a slug may stand in it more than once.
  const roles = (await api.find(ROLES, 'slug', [settings.role])).filter(({ slug }) => slug === settings.role);
  if (roles.length > 1) throw new TargetError('target', `role ${settings.role}: ${roles.length} have this slug: name another`);
  return { fields, tags, role: roles[0] };
}

async function readVersion(api: NetBoxApi): Promise<string> {
  const response = await api.get('/api/status/');
  const parsed = statusAnswer.safeParse(response.json);
  if (!parsed.success) {
    const hint = response.status === 404 ? 'the address is that of NetBox itself, without /api' : 'is this a NetBox?';
    throw new TargetError('target', `GET /api/status/: ${response.status}, and no version of NetBox: ${hint}`);
  }
  const version = printable(parsed.data['netbox-version'], 40);
  if (!atLeast(version, OLDEST)) throw new TargetError('target', `NetBox ${version} is too old: ${OLDEST.join('.')} or newer is needed`);
  return version;
}

/** `4.2.1`, `4.6.0-beta1`, `4.2.3-Docker-3.2.0`. */
export function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, first = '0', second = '0'] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(first) > major || (Number(first) === major && Number(second) >= minor);
}

/** A field of that name that cannot do what is asked of it would make a second record of each device. */
function checkField(id: FieldId, fields: readonly FieldRow[]): void {
  const row = fields.find(({ name }) => name === FIELDS[id]);
  if (!row) return;
  const wrong = (what: string): TargetError => new TargetError('target', `custom field ${row.name} of NetBox: ${what}`);
  if (!row.object_types.includes('dcim.device')) throw wrong('it has to be a field of devices (dcim.device)');
  const types = DATE_FIELDS.includes(id) ? ['date', 'text', 'longtext'] : ['text', 'longtext'];
  if (!types.includes(row.type.value)) throw wrong(`it is of type ${printable(row.type.value, 40)}, and has to be ${types.join(' or ')}`);
  if (id !== 'key') return;
  if (!row.unique) throw wrong('it has to be unique');
  if (row.filter_logic.value === 'disabled') throw wrong('its filter logic has to be exact');
}

function fieldBody(id: FieldId): Readonly<Record<string, unknown>> {
  return {
    name: FIELDS[id],
    label: TITLES[id],
    group_name: 'Camsweep',
    object_types: ['dcim.device'],
    type: DATE_FIELDS.includes(id) ? 'date' : 'text',
    filter_logic: 'exact',
    unique: id === 'key',
    description: id === 'key' ? 'Leads from a device of Camsweep to this record: leave it as it is' : '',
  };
}

function tagSlugs({ tag, flaggedTag, goneTag }: NetBoxSettings): readonly string[] {
  return [tag, flaggedTag, goneTag];
}

function titleOf(slug: string): string {
  return `${slug.slice(0, 1).toUpperCase()}${slug.slice(1).replaceAll(/[-_]/g, ' ')}`;
}
