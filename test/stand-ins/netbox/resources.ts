/** What can be asked for at which path, and the filters each list knows. */
import type { Body } from './fields.ts';
import { showAddress, showDevice, showField, showInterface, showMac, showNamed, showType } from './show.ts';
import { fieldsOf, type State } from './state.ts';
import { hostOf, plain, type Assigned, type Device, type Named, type Row, type Table } from './tables.ts';
import { writeAddress, writeDevice, writeField, writeInterface, writeMac, writeNamed, writeType } from './write.ts';

type Filter<R extends Row> = Readonly<Record<string, (value: string) => R[]>>;

export interface Resource {
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

const onDevice = <R extends Row & Assigned>(state: State, table: Table<R>, value: string): R[] =>
  state.interfaces
    .by(`device ${value}`)
    .flatMap((port) => table.by(`on ${port.id}`))
    .filter(({ objectType }) => objectType === 'dcim.interface');

const deviceFilters = (state: State): Filter<Device> => ({
  serial: (value) => state.devices.by(`serial ${value.toLowerCase()}`),
  name: (value) => state.devices.by(`name ${value.toLowerCase()}`),
});

const fieldFilter = (state: State, name: string, value: string): Device[] => {
  const field = state.customFields.by(`name ${name}`)[0];
  if (field?.filterLogic !== 'loose') return state.devices.by(`cf_${name} ${value}`);
  return state.devices.all().filter(({ fields }) =>
    plain(fields[name] ?? '')
      .toLowerCase()
      .includes(value.toLowerCase()),
  );
};

export const resourcesOf = (state: State): ReadonlyMap<string, () => Resource> =>
  new Map<string, () => Resource>([
    [
      '/api/dcim/devices/',
      () => {
        const own = fieldsOf(state, 'dcim.device').filter(({ filterLogic }) => filterLogic !== 'disabled');
        const more = own.map(({ name }) => [`cf_${name}`, (value: string) => fieldFilter(state, name, value)] as const);
        return resource(state.devices, showDevice(state), writeDevice(state), { ...deviceFilters(state), ...Object.fromEntries(more) });
      },
    ],
    [
      '/api/dcim/interfaces/',
      () =>
        resource(state.interfaces, showInterface(state), writeInterface(state), {
          device_id: (value) => state.interfaces.by(`device ${value}`),
        }),
    ],
    [
      '/api/dcim/mac-addresses/',
      () =>
        resource(state.macs, showMac(state), writeMac(state), {
          mac_address: (value) => state.macs.by(`mac ${value.toUpperCase()}`),
          device_id: (value) => onDevice(state, state.macs, value),
        }),
    ],
    [
      '/api/ipam/ip-addresses/',
      () =>
        resource(state.addresses, showAddress(state), writeAddress(state), {
          address: (value) => state.addresses.by(`host ${hostOf(value)}`),
          device_id: (value) => onDevice(state, state.addresses, value),
        }),
    ],
    [
      '/api/dcim/manufacturers/',
      () =>
        resource(state.manufacturers, showNamed, writeNamed(state, state.manufacturers, 'manufacturer'), bySlugOrName(state.manufacturers)),
    ],
    [
      '/api/dcim/device-types/',
      () =>
        resource(state.types, showType(state), writeType(state), { manufacturer_id: (value) => state.types.by(`manufacturer ${value}`) }),
    ],
    ['/api/dcim/device-roles/', () => resource(state.roles, showNamed, writeNamed(state, state.roles, 'role'), bySlugOrName(state.roles))],
    ['/api/dcim/sites/', () => resource(state.sites, showNamed, writeNamed(state, state.sites, 'site'), bySlugOrName(state.sites))],
    ['/api/extras/tags/', () => resource(state.tags, showNamed, writeNamed(state, state.tags, 'tag'), bySlugOrName(state.tags))],
    [
      '/api/extras/custom-fields/',
      () => resource(state.customFields, showField, writeField(state), { name: (value) => state.customFields.by(`name ${value}`) }),
    ],
  ]);
