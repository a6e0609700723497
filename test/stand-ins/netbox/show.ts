/** What is given out: each kind of row as the API shows it. */
import type { Body } from './fields.ts';
import { fieldsOf, type State } from './state.ts';
import type { Address, Assigned, CustomField, Device, DeviceType, Interface, Mac, Named, Table } from './tables.ts';

const brief = (table: Table<Named>, key: number): unknown => {
  const row = table.rows.get(key);
  return row ? { id: row.id, name: row.name, slug: row.slug } : null;
};

const tagList = (state: State, ids: readonly number[]): unknown => ids.map((key) => brief(state.tags, key));

const briefAddress = (state: State, key: number | null): unknown => {
  const row = key === null ? undefined : state.addresses.rows.get(key);
  return row ? { id: row.id, address: row.address } : null;
};

export const showDevice =
  (state: State) =>
  (row: Device): unknown => {
    const type = state.types.rows.get(row.type);
    return {
      ...{ id: row.id, name: row.name, serial: row.serial, rack: row.rack, comments: row.comments },
      ...{ site: brief(state.sites, row.site), role: brief(state.roles, row.role), status: { value: row.status, label: row.status } },
      device_type: type && { id: type.id, model: type.model, slug: type.slug, manufacturer: brief(state.manufacturers, type.manufacturer) },
      ...{ primary_ip4: briefAddress(state, row.primary4), primary_ip6: briefAddress(state, row.primary6), tags: tagList(state, row.tags) },
      custom_fields: Object.fromEntries(fieldsOf(state, 'dcim.device').map(({ name }) => [name, row.fields[name] ?? null])),
    };
  };

const briefInterface = (state: State, key: number | null): unknown => {
  const row = key === null ? undefined : state.interfaces.rows.get(key);
  return row ? { id: row.id, name: row.name, device: { id: row.device, name: state.devices.rows.get(row.device)?.name ?? null } } : null;
};

const macsOn = (state: State, port: number): Mac[] =>
  state.macs.by(`on ${port}`).filter(({ objectType }) => objectType === 'dcim.interface');

const briefMac = (row: Mac | undefined): unknown => (row ? { id: row.id, mac_address: row.mac } : null);

export const showInterface =
  (state: State) =>
  (row: Interface): unknown => ({
    ...{
      id: row.id,
      name: row.name,
      type: { value: row.type, label: row.type },
      device: { id: row.device },
      tags: tagList(state, row.tags),
    },
    mac_address: state.macs.rows.get(row.primaryMac ?? 0)?.mac ?? null,
    primary_mac_address: briefMac(state.macs.rows.get(row.primaryMac ?? 0)),
    mac_addresses: macsOn(state, row.id).map(briefMac),
  });

const showAssigned = (state: State, { objectType, objectId }: Assigned): Body => ({
  ...{ assigned_object_type: objectType, assigned_object_id: objectId },
  assigned_object: objectType === 'dcim.interface' ? briefInterface(state, objectId) : objectId === null ? null : { id: objectId },
});

export const showMac =
  (state: State) =>
  (row: Mac): unknown => ({ id: row.id, mac_address: row.mac, ...showAssigned(state, row), tags: tagList(state, row.tags) });

export const showAddress =
  (state: State) =>
  (row: Address): unknown => ({
    ...{ id: row.id, address: row.address, vrf: row.vrf === null ? null : { id: row.vrf }, dns_name: row.dnsName },
    ...{ status: { value: row.status, label: row.status }, ...showAssigned(state, row), tags: tagList(state, row.tags) },
  });

export const showType =
  (state: State) =>
  (row: DeviceType): unknown => ({
    ...{ id: row.id, model: row.model, slug: row.slug, manufacturer: brief(state.manufacturers, row.manufacturer) },
  });

export const showField = (row: CustomField): unknown => ({
  ...{ id: row.id, name: row.name, object_types: row.objectTypes, unique: row.unique, required: row.required },
  ...{ type: { value: row.type, label: row.type }, filter_logic: { value: row.filterLogic, label: row.filterLogic } },
});

export const showNamed = (row: Named): unknown => ({ id: row.id, name: row.name, slug: row.slug });
