/**
 * NetBox as its REST API behaves, after netbox-community/netbox (dcim, ipam, extras: models and serializers): limits and unique names, MAC
 * addresses as objects, main addresses only of own interfaces, lists of writes all or none, `tags` replaced by a PATCH, custom fields
 * merged, filters that may be given several times, pages with `next`. Unknown filters are ignored, as they are there.
 */
import { z } from 'zod';
import { startStandIn, type StandIn, type StandInAnswer, type StandInRequest } from '../stand-in.ts';
import {
  hostOf,
  Table,
  type Address,
  type Assigned,
  type CustomField,
  type Device,
  type DeviceType,
  type Interface,
  type Mac,
  type Named,
  type Row,
} from './tables.ts';

export const TOKEN = '0123456789abcdef0123456789abcdef01234567';
export const TOKEN_2 = 'nbt_AbCdEfGhIjKl.0123456789abcdef0123456789abcdef01234567';

export interface NetBoxOptions {
  readonly version?: string;
  /** MAX_PAGE_SIZE. */
  readonly pageRows?: number;
  /** False: nothing is there but what every NetBox has. */
  readonly isSetUp?: boolean;
  readonly enforceUnique?: boolean;
  /** Anybody may ask: the tests of a client that does not log in. */
  readonly open?: boolean;
}

export interface NetBox extends StandIn {
  readonly devices: Table<Device>;
  readonly interfaces: Table<Interface>;
  readonly macs: Table<Mac>;
  readonly addresses: Table<Address>;
  readonly manufacturers: Table<Named>;
  readonly types: Table<DeviceType>;
  readonly sites: Table<Named>;
  readonly roles: Table<Named>;
  readonly tags: Table<Named>;
  readonly customFields: Table<CustomField>;
  /** Something somebody made by hand; what is not named is as NetBox makes it. */
  addDevice(device: Partial<Device>): Device;
  addInterface(port: Partial<Interface> & { readonly device: number }): Interface;
  addMac(mac: string, on?: number): Mac;
  addAddress(address: Partial<Address> & { readonly address: string }): Address;
  addTag(slug: string): Named;
  /** Every authorization header that was sent. */
  readonly logins: Set<string>;
}

class Refused extends Error {
  readonly words: Readonly<Record<string, readonly string[]>>;
  constructor(words: Readonly<Record<string, readonly string[]>>) {
    super(JSON.stringify(words));
    this.words = words;
  }
}
const refuse = (field: string, words: string): never => {
  throw new Refused({ [field]: [words] });
};

const SLUG = /^[-a-zA-Z0-9_]+$/;
const STATUSES = ['offline', 'active', 'planned', 'staged', 'failed', 'inventory', 'decommissioning'];
const ADDRESS_STATUSES = ['active', 'reserved', 'deprecated', 'dhcp', 'slaac'];
const FIELD_TYPES = ['text', 'longtext', 'integer', 'decimal', 'boolean', 'date', 'datetime', 'url', 'json'];
const OUR_FIELDS = ['key', 'serial', 'firmware', 'verdict', 'presence', 'addresses', 'first_seen', 'last_seen'];

const bodySchema = z.record(z.string(), z.unknown());
type Body = z.infer<typeof bodySchema>;

export async function startNetBox(options: NetBoxOptions = {}): Promise<NetBox> {
  const { version = '4.2.3', pageRows = 1000, isSetUp = true, enforceUnique = true, open = false } = options;
  const addsTags = Number(version.split('.')[1]) >= 6;
  const named = (): Table<Named> => new Table((row) => [`slug ${row.slug}`, `name ${row.name.toLowerCase()}`]);
  const [manufacturers, sites, roles, tags] = [named(), named(), named(), named()];
  const types = new Table<DeviceType>((row) => [`manufacturer ${row.manufacturer}`]);
  const customFields = new Table<CustomField>((row) => [`name ${row.name}`]);
  const devices = new Table<Device>((row) => [
    `serial ${row.serial.toLowerCase()}`,
    `name ${(row.name ?? '').toLowerCase()}`,
    ...Object.entries(row.fields).map(([name, value]) => `cf_${name} ${plain(value)}`),
    ...(row.primary4 === null ? [] : [`primary ${row.primary4}`]),
    ...(row.primary6 === null ? [] : [`primary ${row.primary6}`]),
  ]);
  const interfaces = new Table<Interface>((row) => [`device ${row.device}`, `mac ${row.primaryMac ?? ''}`]);
  const macs = new Table<Mac>((row) => [`mac ${row.mac}`, `on ${row.objectId ?? ''}`]);
  const addresses = new Table<Address>((row) => [`host ${hostOf(row.address)}`, `on ${row.objectId ?? ''}`]);
  const tables: readonly { undo: (() => void)[] | undefined }[] = [
    ...[manufacturers, sites, roles, tags, types, customFields],
    ...[devices, interfaces, macs, addresses],
  ];
  let next = 100;
  const id = (): number => (next += 1);

  // What is given out.

  const brief = (table: Table<Named>, key: number): unknown => {
    const row = table.rows.get(key);
    return row ? { id: row.id, name: row.name, slug: row.slug } : null;
  };
  const tagList = (ids: readonly number[]): unknown => ids.map((key) => brief(tags, key));
  const fieldsOf = (type: string): readonly CustomField[] => customFields.all().filter(({ objectTypes }) => objectTypes.includes(type));
  const briefAddress = (key: number | null): unknown => {
    const row = key === null ? undefined : addresses.rows.get(key);
    return row ? { id: row.id, address: row.address } : null;
  };
  const showDevice = (row: Device): unknown => {
    const type = types.rows.get(row.type);
    return {
      ...{ id: row.id, name: row.name, serial: row.serial, rack: row.rack, comments: row.comments },
      ...{ site: brief(sites, row.site), role: brief(roles, row.role), status: { value: row.status, label: row.status } },
      device_type: type && { id: type.id, model: type.model, slug: type.slug, manufacturer: brief(manufacturers, type.manufacturer) },
      ...{ primary_ip4: briefAddress(row.primary4), primary_ip6: briefAddress(row.primary6), tags: tagList(row.tags) },
      custom_fields: Object.fromEntries(fieldsOf('dcim.device').map(({ name }) => [name, row.fields[name] ?? null])),
    };
  };
  const briefInterface = (key: number | null): unknown => {
    const row = key === null ? undefined : interfaces.rows.get(key);
    return row ? { id: row.id, name: row.name, device: { id: row.device, name: devices.rows.get(row.device)?.name ?? null } } : null;
  };
  const macsOn = (port: number): Mac[] => macs.by(`on ${port}`).filter(({ objectType }) => objectType === 'dcim.interface');
  const briefMac = (row: Mac | undefined): unknown => (row ? { id: row.id, mac_address: row.mac } : null);
  const showInterface = (row: Interface): unknown => ({
    ...{ id: row.id, name: row.name, type: { value: row.type, label: row.type }, device: { id: row.device }, tags: tagList(row.tags) },
    mac_address: macs.rows.get(row.primaryMac ?? 0)?.mac ?? null,
    primary_mac_address: briefMac(macs.rows.get(row.primaryMac ?? 0)),
    mac_addresses: macsOn(row.id).map(briefMac),
  });
  const showAssigned = ({ objectType, objectId }: Assigned): Body => ({
    ...{ assigned_object_type: objectType, assigned_object_id: objectId },
    assigned_object: objectType === 'dcim.interface' ? briefInterface(objectId) : objectId === null ? null : { id: objectId },
  });
  const showMac = (row: Mac): unknown => ({ id: row.id, mac_address: row.mac, ...showAssigned(row), tags: tagList(row.tags) });
  const showAddress = (row: Address): unknown => ({
    ...{ id: row.id, address: row.address, vrf: row.vrf === null ? null : { id: row.vrf }, dns_name: row.dnsName },
    ...{ status: { value: row.status, label: row.status }, ...showAssigned(row), tags: tagList(row.tags) },
  });
  const showType = (row: DeviceType): unknown => ({
    ...{ id: row.id, model: row.model, slug: row.slug, manufacturer: brief(manufacturers, row.manufacturer) },
  });
  const showField = (row: CustomField): unknown => ({
    ...{ id: row.id, name: row.name, object_types: row.objectTypes, unique: row.unique, required: row.required },
    ...{ type: { value: row.type, label: row.type }, filter_logic: { value: row.filterLogic, label: row.filterLogic } },
  });
  const showNamed = (row: Named): unknown => ({ id: row.id, name: row.name, slug: row.slug });

  // What is taken in.

  const text = (body: Body, field: string, max: number, required: boolean): string | undefined => {
    const value = body[field];
    if (value === undefined && !required) return undefined;
    if (typeof value !== 'string' || (required && value.trim() === '')) return refuse(field, 'This field is required.');
    if (value.includes('\u0000')) return refuse(field, 'Null characters are not allowed.');
    if (value.length > max) return refuse(field, `Ensure this field has no more than ${max} characters.`);
    return value;
  };
  const related = (
    body: Body,
    field: string,
    table: { readonly rows: ReadonlyMap<number, Row> },
    required: boolean,
  ): number | null | undefined => {
    const value = body[field];
    if (value === undefined && !required) return undefined;
    if (value === null && !required) return null;
    if (typeof value !== 'number' || !table.rows.has(value))
      return refuse(field, `Related object not found using the provided numeric ID: ${String(value)}`);
    return value;
  };
  const oneOf = (body: Body, field: string, known: readonly string[]): string | undefined => {
    const value = body[field];
    if (value === undefined) return undefined;
    return typeof value === 'string' && known.includes(value) ? value : refuse(field, `"${plain(value)}" is not a valid choice.`);
  };
  const tagIds = (value: unknown, field: string): readonly number[] => {
    const ids = z.array(z.number()).safeParse(value);
    if (!ids.success || ids.data.some((key) => !tags.rows.has(key))) return refuse(field, 'Related object not found.');
    return [...new Set(ids.data)];
  };
  const newTags = (body: Body, before: readonly number[]): readonly number[] => {
    const changes = addsTags && (body.add_tags !== undefined || body.remove_tags !== undefined);
    if (changes && body.tags !== undefined) return refuse('tags', 'Cannot specify "tags" together with "add_tags" or "remove_tags".');
    if (body.tags !== undefined) return tagIds(body.tags, 'tags');
    if (!changes) return before;
    const removed = body.remove_tags === undefined ? [] : tagIds(body.remove_tags, 'remove_tags');
    const added = body.add_tags === undefined ? [] : tagIds(body.add_tags, 'add_tags');
    return [...new Set([...before.filter((key) => !removed.includes(key)), ...added])];
  };
  const newFields = (body: Body, before: Device['fields'], own: number): Device['fields'] => {
    const given = body.custom_fields === undefined ? {} : bodySchema.parse(body.custom_fields);
    const known = fieldsOf('dcim.device');
    // What is no field is dropped without a word.
    const merged = Object.fromEntries(
      known.flatMap(({ name }) => (name in given || name in before ? [[name, name in given ? given[name] : before[name]] as const] : [])),
    );
    for (const { name, type, unique, required } of known) {
      const value = merged[name];
      const isEmpty = value === undefined || value === null || value === '';
      if (isEmpty && required) refuse('__all__', `Missing required custom field '${name}'.`);
      if (isEmpty) continue;
      if (typeof value !== 'string' || value.includes('\u0000')) refuse('__all__', `Invalid value for custom field '${name}'`);
      if (type === 'date' && !/^\d{4}-\d\d-\d\d$/.test(plain(value))) refuse('__all__', `Invalid value for custom field '${name}': date`);
      if (unique && devices.by(`cf_${name} ${plain(value)}`).some((row) => row.id !== own))
        refuse('__all__', `Custom field '${name}' must have a unique value.`);
    }
    return merged;
  };
  const newAssigned = (body: Body, before: Assigned): Assigned => {
    const { assigned_object_type: type, assigned_object_id: key } = body;
    if (type === undefined && key === undefined) return before;
    if ((type === null) !== (key === null))
      return refuse('assigned_object_id', 'Must specify both assigned_object_type and assigned_object_id.');
    if (type === null) return { objectType: null, objectId: null };
    if (type !== 'dcim.interface' || typeof key !== 'number' || !interfaces.rows.has(key))
      return refuse('assigned_object_id', 'Related object not found using the provided attributes.');
    return { objectType: type, objectId: key };
  };
  const ownerOf = ({ objectType, objectId }: Assigned): number | undefined =>
    objectType === 'dcim.interface' ? interfaces.rows.get(objectId ?? 0)?.device : undefined;
  const newPrimary = (body: Body, family: 4 | 6, own: number, before: number | null): number | null => {
    const value = related(body, `primary_ip${family}`, addresses, false);
    if (value === undefined || value === null) return value === null ? null : before;
    const row = addresses.rows.get(value);
    if (!row || row.address.includes(':') !== (family === 6)) return refuse(`primary_ip${family}`, `not an IPv${family} address.`);
    if (ownerOf(row) !== own)
      return refuse(`primary_ip${family}`, `The specified IP address (${row.address}) is not assigned to this device.`);
    return value;
  };

  const writeDevice = (body: Body, before: Device | undefined): Device => {
    const own = before?.id ?? id();
    const isNew = before === undefined;
    const row: Device = {
      id: own,
      name: text(body, 'name', 64, false) ?? before?.name ?? null,
      site: related(body, 'site', sites, isNew) ?? before?.site ?? 0,
      type: related(body, 'device_type', types, isNew) ?? before?.type ?? 0,
      role: related(body, 'role', roles, isNew) ?? before?.role ?? 0,
      tenant: typeof body.tenant === 'number' ? body.tenant : (before?.tenant ?? null),
      status: oneOf(body, 'status', STATUSES) ?? before?.status ?? 'active',
      serial: text(body, 'serial', 50, false) ?? before?.serial ?? '',
      rack: before?.rack ?? null,
      comments: text(body, 'comments', 10_000, false) ?? before?.comments ?? '',
      primary4: newPrimary(body, 4, own, before?.primary4 ?? null),
      primary6: newPrimary(body, 6, own, before?.primary6 ?? null),
      tags: newTags(body, before?.tags ?? []),
      fields: newFields(body, before?.fields ?? {}, own),
    };
    const twin = devices
      .by(`name ${(row.name ?? '').toLowerCase()}`)
      .find((other) => other.id !== own && other.name !== null && other.site === row.site && other.tenant === row.tenant);
    if (row.name !== null && twin) refuse('__all__', 'Device name must be unique per site.');
    devices.put(row);
    for (const name of isNew ? (types.rows.get(row.type)?.interfaces ?? []) : [])
      interfaces.put({ id: id(), device: own, name, type: '100base-tx', primaryMac: null, tags: [] });
    return row;
  };
  const writeInterface = (body: Body, before: Interface | undefined): Interface => {
    const isNew = before === undefined;
    const row: Interface = {
      id: before?.id ?? id(),
      device: related(body, 'device', devices, isNew) ?? before?.device ?? 0,
      name: text(body, 'name', 64, isNew) ?? before?.name ?? '',
      type: text(body, 'type', 50, isNew) ?? before?.type ?? '',
      primaryMac:
        body.primary_mac_address === undefined ? (before?.primaryMac ?? null) : (related(body, 'primary_mac_address', macs, false) ?? null),
      tags: newTags(body, before?.tags ?? []),
    };
    const mac = row.primaryMac === null ? undefined : macs.rows.get(row.primaryMac);
    if (mac && (mac.objectType !== 'dcim.interface' || mac.objectId !== row.id))
      refuse('primary_mac_address', `MAC address ${mac.mac} is not assigned to this interface.`);
    if (interfaces.by(`device ${row.device}`).some((other) => other.id !== row.id && other.name === row.name))
      refuse('__all__', 'Interface with this Device and Name already exists.');
    return interfaces.put(row);
  };
  const writeMac = (body: Body, before: Mac | undefined): Mac => {
    const given = text(body, 'mac_address', 20, before === undefined) ?? before?.mac ?? '';
    if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(given)) refuse('mac_address', 'Invalid MAC address format');
    const assigned = newAssigned(body, before ?? { objectType: null, objectId: null });
    if (before && assigned.objectId !== before.objectId && interfaces.by(`mac ${before.id}`).length > 0)
      refuse('__all__', 'Cannot reassign MAC Address while it is designated as the primary MAC for an object');
    return macs.put({ id: before?.id ?? id(), mac: given.toUpperCase(), ...assigned, tags: newTags(body, before?.tags ?? []) });
  };
  const writeAddress = (body: Body, before: Address | undefined): Address => {
    const isNew = before === undefined;
    const address = text(body, 'address', 60, isNew) ?? before?.address ?? '';
    const [host = '', length = ''] = address.split('/');
    if (!/^\d+$/.test(length) || Number(length) === 0 || !/^[0-9a-f.:]+$/.test(host)) refuse('address', 'Invalid IP address format');
    const row: Address = {
      id: before?.id ?? id(),
      address,
      vrf: typeof body.vrf === 'number' ? body.vrf : (before?.vrf ?? null),
      tenant: typeof body.tenant === 'number' ? body.tenant : (before?.tenant ?? null),
      status: oneOf(body, 'status', ADDRESS_STATUSES) ?? before?.status ?? 'active',
      dnsName: before?.dnsName ?? '',
      ...newAssigned(body, before ?? { objectType: null, objectId: null }),
      tags: newTags(body, before?.tags ?? []),
    };
    if (enforceUnique && addresses.by(`host ${host}`).some((other) => other.id !== row.id && other.vrf === row.vrf))
      refuse('address', `Duplicate IP address found in global table: ${address}`);
    const isPrimary = before !== undefined && devices.by(`primary ${before.id}`).length > 0;
    if (isPrimary && ownerOf(row) !== ownerOf(before))
      refuse('__all__', 'Cannot reassign IP address while it is designated as the primary IP for the parent object');
    return addresses.put(row);
  };
  const writeNamed =
    (table: Table<Named>, what: string) =>
    (body: Body, before: Named | undefined): Named => {
      const row = {
        id: before?.id ?? id(),
        name: text(body, 'name', 100, before === undefined) ?? before?.name ?? '',
        slug: text(body, 'slug', 100, before === undefined) ?? before?.slug ?? '',
      };
      if (!SLUG.test(row.slug)) refuse('slug', 'Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.');
      if (table.by(`name ${row.name.toLowerCase()}`).some((other) => other.id !== row.id && other.name === row.name))
        refuse('name', `${what} with this name already exists.`);
      if (table.by(`slug ${row.slug}`).some((other) => other.id !== row.id)) refuse('slug', `${what} with this slug already exists.`);
      return table.put(row);
    };
  const writeType = (body: Body, before: DeviceType | undefined): DeviceType => {
    const row: DeviceType = {
      id: before?.id ?? id(),
      manufacturer: related(body, 'manufacturer', manufacturers, before === undefined) ?? before?.manufacturer ?? 0,
      model: text(body, 'model', 100, before === undefined) ?? before?.model ?? '',
      slug: text(body, 'slug', 100, before === undefined) ?? before?.slug ?? '',
      interfaces: before?.interfaces ?? [],
    };
    if (!SLUG.test(row.slug)) refuse('slug', 'Enter a valid "slug".');
    const others = types.by(`manufacturer ${row.manufacturer}`).filter((other) => other.id !== row.id);
    if (others.some(({ model }) => model === row.model)) refuse('__all__', 'The fields manufacturer, model must make a unique set.');
    if (others.some(({ slug }) => slug === row.slug)) refuse('__all__', 'The fields manufacturer, slug must make a unique set.');
    return types.put(row);
  };
  const writeField = (body: Body, before: CustomField | undefined): CustomField => {
    const name = text(body, 'name', 50, before === undefined) ?? before?.name ?? '';
    if (!/^[a-z0-9_]+$/i.test(name) || name.includes('__')) refuse('name', 'Only alphanumeric characters and underscores are allowed.');
    if (customFields.by(`name ${name}`).some((other) => other.id !== before?.id))
      refuse('name', 'custom field with this name already exists.');
    text(body, 'label', 50, false);
    text(body, 'description', 200, false);
    return customFields.put({
      id: before?.id ?? id(),
      name,
      type: oneOf(body, 'type', FIELD_TYPES) ?? before?.type ?? 'text',
      unique: body.unique === true,
      filterLogic: oneOf(body, 'filter_logic', ['disabled', 'loose', 'exact']) ?? before?.filterLogic ?? 'loose',
      objectTypes: body.object_types === undefined ? (before?.objectTypes ?? []) : z.array(z.string()).parse(body.object_types),
      required: body.required === true,
    });
  };

  // Lists.

  type Filter<R extends Row> = Readonly<Record<string, (value: string) => R[]>>;
  interface Resource {
    readonly find: (query: URLSearchParams) => readonly Row[];
    readonly show: (row: Row) => unknown;
    readonly write: (body: Body, id: number | undefined) => Row;
    readonly has: (id: number) => boolean;
  }
  const resource = <R extends Row>(
    table: Table<R>,
    show: (row: R) => unknown,
    write: (body: Body, before: R | undefined) => R,
    filters: Filter<R>,
  ): Resource => ({
    find(query) {
      // Several values of one filter are or, several filters are and.
      const sets = [...new Set(query.keys())].flatMap((name) => {
        const filter = name === 'id' ? (value: string) => one(table, Number(value)) : filters[name];
        return filter
          ? [
              new Map(
                query
                  .getAll(name)
                  .flatMap(filter)
                  .map((row) => [row.id, row] as const),
              ),
            ]
          : [];
      });
      const [first, ...others] = sets;
      const rows = first ? [...first.values()].filter((row) => others.every((set) => set.has(row.id))) : table.all();
      return rows.sort((a, b) => a.id - b.id);
    },
    show: (row) => {
      const own = table.rows.get(row.id);
      return own === undefined ? null : show(own);
    },
    write: (body, key) => write(body, key === undefined ? undefined : table.rows.get(key)),
    has: (key) => table.rows.has(key),
  });
  const one = <R extends Row>(table: Table<R>, key: number): R[] => {
    const row = table.rows.get(key);
    return row ? [row] : [];
  };
  const bySlugOrName = (table: Table<Named>): Filter<Named> => ({
    slug: (value) => table.by(`slug ${value}`),
    name: (value) => table.by(`name ${value.toLowerCase()}`),
  });
  const onDevice = <R extends Row & Assigned>(table: Table<R>, value: string): R[] =>
    interfaces
      .by(`device ${value}`)
      .flatMap((port) => table.by(`on ${port.id}`))
      .filter(({ objectType }) => objectType === 'dcim.interface');
  const deviceFilters: Filter<Device> = {
    serial: (value) => devices.by(`serial ${value.toLowerCase()}`),
    name: (value) => devices.by(`name ${value.toLowerCase()}`),
  };
  const fieldFilter = (name: string, value: string): Device[] => {
    const field = customFields.by(`name ${name}`)[0];
    if (field?.filterLogic !== 'loose') return devices.by(`cf_${name} ${value}`);
    return devices.all().filter(({ fields }) =>
      plain(fields[name] ?? '')
        .toLowerCase()
        .includes(value.toLowerCase()),
    );
  };
  const resources = new Map<string, () => Resource>([
    [
      '/api/dcim/devices/',
      () => {
        const own = fieldsOf('dcim.device').filter(({ filterLogic }) => filterLogic !== 'disabled');
        const more = own.map(({ name }) => [`cf_${name}`, (value: string) => fieldFilter(name, value)] as const);
        return resource(devices, showDevice, writeDevice, { ...deviceFilters, ...Object.fromEntries(more) });
      },
    ],
    [
      '/api/dcim/interfaces/',
      () => resource(interfaces, showInterface, writeInterface, { device_id: (value) => interfaces.by(`device ${value}`) }),
    ],
    [
      '/api/dcim/mac-addresses/',
      () =>
        resource(macs, showMac, writeMac, {
          mac_address: (value) => macs.by(`mac ${value.toUpperCase()}`),
          device_id: (value) => onDevice(macs, value),
        }),
    ],
    [
      '/api/ipam/ip-addresses/',
      () =>
        resource(addresses, showAddress, writeAddress, {
          address: (value) => addresses.by(`host ${hostOf(value)}`),
          device_id: (value) => onDevice(addresses, value),
        }),
    ],
    [
      '/api/dcim/manufacturers/',
      () => resource(manufacturers, showNamed, writeNamed(manufacturers, 'manufacturer'), bySlugOrName(manufacturers)),
    ],
    [
      '/api/dcim/device-types/',
      () => resource(types, showType, writeType, { manufacturer_id: (value) => types.by(`manufacturer ${value}`) }),
    ],
    ['/api/dcim/device-roles/', () => resource(roles, showNamed, writeNamed(roles, 'role'), bySlugOrName(roles))],
    ['/api/dcim/sites/', () => resource(sites, showNamed, writeNamed(sites, 'site'), bySlugOrName(sites))],
    ['/api/extras/tags/', () => resource(tags, showNamed, writeNamed(tags, 'tag'), bySlugOrName(tags))],
    [
      '/api/extras/custom-fields/',
      () => resource(customFields, showField, writeField, { name: (value) => customFields.by(`name ${value}`) }),
    ],
  ]);

  // Requests.

  const logins = new Set<string>();
  const list = ({ find, show }: Resource, path: string, { query }: StandInRequest): StandInAnswer => {
    const rows = find(query);
    const limit = Math.min(Number(query.get('limit') ?? 50) || pageRows, pageRows);
    const offset = Number(query.get('offset') ?? 0);
    const columns = query.get('fields')?.split(',');
    const shown = rows.slice(offset, offset + limit).map(show);
    const end = offset + limit;
    // As behind a proxy: not the address that was asked.
    const after = end < rows.length ? `http://netbox.internal${path}?limit=${limit}&offset=${end}` : null;
    return {
      status: 200,
      json: { count: rows.length, next: after, previous: null, results: columns ? shown.map((row) => only(row, columns)) : shown },
    };
  };
  const all = ({ show, write, has }: Resource, { method, body }: StandInRequest): StandInAnswer => {
    const isList = Array.isArray(body);
    const bodies = (isList ? body : [body]).map((one) => bodySchema.parse(one));
    const undo: (() => void)[] = [];
    for (const table of tables) table.undo = undo;
    try {
      const rows: Row[] = [];
      const errors: unknown[] = [];
      const words: unknown[] = [];
      for (const [index, one] of bodies.entries()) {
        const key = typeof one.id === 'number' ? one.id : undefined;
        // An object that is not there is left out of a list of changes without a word.
        if (method === 'PATCH' && (key === undefined || !has(key))) continue;
        try {
          rows.push(write(one, method === 'PATCH' ? key : undefined));
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          words.push(error.words);
          errors.push(method === 'PATCH' ? { id: key, errors: error.words } : { index, errors: error.words });
        }
      }
      if (errors.length > 0) {
        for (const action of undo.reverse()) action();
        const [first] = words;
        if (!isList && first) return { status: 400, json: first };
        return { status: 400, json: { detail: `${errors.length} of ${bodies.length} objects failed validation.`, errors } };
      }
      const shown = rows.map(show);
      return { status: method === 'POST' ? 201 : 200, json: isList ? shown : shown[0] };
    } finally {
      for (const table of tables) table.undo = undefined;
    }
  };
  const handle = (request: StandInRequest): StandInAnswer => {
    const login = request.headers.authorization ?? '';
    logins.add(login);
    if (!open && login !== `Token ${TOKEN}` && login !== `Bearer ${TOKEN_2}`) return { status: 403, json: { detail: 'Invalid token' } };
    if (request.path === '/api/status/') return { status: 200, json: { 'netbox-version': version, plugins: {} } };
    const [, path = '', key] = /^(.*\/)(\d+)\/$/.exec(request.path) ?? [];
    const found = resources.get(key === undefined ? request.path : path)?.();
    if (!found) return { status: 404, json: { detail: 'Not found.' } };
    if (request.method === 'GET') return list(found, request.path, request);
    if (key !== undefined) {
      if (!found.has(Number(key))) return { status: 404, json: { detail: 'No such object matches the given query.' } };
      return all(found, { ...request, body: { ...bodySchema.parse(request.body), id: Number(key) } });
    }
    return request.method === 'DELETE' ? { status: 500, json: { detail: 'this client never deletes' } } : all(found, request);
  };
  const addTag = (slug: string): Named => tags.put({ id: id(), name: slug, slug });
  if (isSetUp) {
    for (const name of OUR_FIELDS) {
      customFields.put({
        id: id(),
        name: `camsweep_${name}`,
        type: name.endsWith('_seen') ? 'date' : 'text',
        unique: name === 'key',
        filterLogic: 'exact',
        objectTypes: ['dcim.device'],
        required: false,
      });
    }
    ['camsweep', 'camsweep-restricted', 'camsweep-gone'].forEach(addTag);
    roles.put({ id: id(), name: 'Surveillance', slug: 'surveillance' });
    sites.put({ id: id(), name: 'hq', slug: 'hq' });
  }
  const standIn = await startStandIn(handle);
  return {
    ...standIn,
    ...{ devices, interfaces, macs, addresses, manufacturers, types, sites, roles, tags, customFields, logins, addTag },
    addDevice: (device) => {
      const site = sites.all()[0]?.id ?? 0;
      const maker = manufacturers.all()[0] ?? manufacturers.put({ id: id(), name: 'By hand', slug: 'by-hand' });
      const type = types.all()[0] ?? types.put({ id: id(), manufacturer: maker.id, model: 'Box', slug: 'box', interfaces: [] });
      return devices.put({
        ...{ id: id(), name: null, site, type: type.id, role: roles.all()[0]?.id ?? 0, tenant: null, status: 'active', serial: '' },
        ...{ rack: null, comments: '', primary4: null, primary6: null, tags: [], fields: {} },
        ...device,
      });
    },
    addInterface: (port) => interfaces.put({ ...{ id: id(), name: 'eth0', type: 'other', primaryMac: null, tags: [] }, ...port }),
    addMac: (mac, on) =>
      macs.put({
        id: id(),
        mac: mac.toUpperCase(),
        objectType: on === undefined ? null : 'dcim.interface',
        objectId: on ?? null,
        tags: [],
      }),
    addAddress: (address) =>
      addresses.put({
        ...{ id: id(), vrf: null, tenant: null, status: 'active', dnsName: '', objectType: null, objectId: null, tags: [] },
        ...address,
      }),
  };
}

function only(row: unknown, columns: readonly string[]): unknown {
  return Object.fromEntries(Object.entries(bodySchema.parse(row)).filter(([name]) => columns.includes(name)));
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
