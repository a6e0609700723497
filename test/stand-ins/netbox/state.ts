/** Everything one NetBox holds, and how its rows are found: what the parts of the stand-in hand to each other. */
import {
  hostOf,
  plain,
  Table,
  type Address,
  type CustomField,
  type Device,
  type DeviceType,
  type Interface,
  type Mac,
  type Named,
} from './tables.ts';

export interface State {
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
  /** All of them, for what is undone. */
  readonly tables: readonly { undo: (() => void)[] | undefined }[];
  /** An id nothing has yet. */
  readonly id: () => number;
  /** ENFORCE_GLOBAL_UNIQUE. */
  readonly enforceUnique: boolean;
  /** `add_tags` and `remove_tags` are known. */
  readonly addsTags: boolean;
}

export function createState({ enforceUnique, addsTags }: Pick<State, 'enforceUnique' | 'addsTags'>): State {
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
  return {
    ...{ devices, interfaces, macs, addresses, manufacturers, types, sites, roles, tags, customFields },
    ...{ tables, id, enforceUnique, addsTags },
  };
}

export const fieldsOf = (state: State, type: string): readonly CustomField[] =>
  state.customFields.all().filter(({ objectTypes }) => objectTypes.includes(type));
