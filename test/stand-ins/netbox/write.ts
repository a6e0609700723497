/** A row made or changed from a body: the limits and unique names of each kind. */
import { z } from 'zod';
import { newAssigned, newFields, newPrimary, newTags, oneOf, ownerOf, refuse, related, text, type Body } from './fields.ts';
import type { State } from './state.ts';
import type { Address, CustomField, Device, DeviceType, Interface, Mac, Named, Table } from './tables.ts';

const SLUG = /^[-a-zA-Z0-9_]+$/;
const STATUSES = ['offline', 'active', 'planned', 'staged', 'failed', 'inventory', 'decommissioning'];
const ADDRESS_STATUSES = ['active', 'reserved', 'deprecated', 'dhcp', 'slaac'];
const FIELD_TYPES = ['text', 'longtext', 'integer', 'decimal', 'boolean', 'date', 'datetime', 'url', 'json'];

export const writeDevice =
  (state: State) =>
  (body: Body, before: Device | undefined): Device => {
    const own = before?.id ?? state.id();
    const isNew = before === undefined;
    const row: Device = {
      id: own,
      name: text(body, 'name', 64, false) ?? before?.name ?? null,
      site: related(body, 'site', state.sites, isNew) ?? before?.site ?? 0,
      type: related(body, 'device_type', state.types, isNew) ?? before?.type ?? 0,
      role: related(body, 'role', state.roles, isNew) ?? before?.role ?? 0,
      tenant: typeof body.tenant === 'number' ? body.tenant : (before?.tenant ?? null),
      status: oneOf(body, 'status', STATUSES) ?? before?.status ?? 'active',
      serial: text(body, 'serial', 50, false) ?? before?.serial ?? '',
      rack: before?.rack ?? null,
      comments: text(body, 'comments', 10_000, false) ?? before?.comments ?? '',
      primary4: newPrimary(state, body, 4, own, before?.primary4 ?? null),
      primary6: newPrimary(state, body, 6, own, before?.primary6 ?? null),
      tags: newTags(state, body, before?.tags ?? []),
      fields: newFields(state, body, before?.fields ?? {}, own),
    };
    const twin = state.devices
      .by(`name ${(row.name ?? '').toLowerCase()}`)
      .find((other) => other.id !== own && other.name !== null && other.site === row.site && other.tenant === row.tenant);
    if (row.name !== null && twin) refuse('__all__', 'Device name must be unique per site.');
    state.devices.put(row);
    for (const name of isNew ? (state.types.rows.get(row.type)?.interfaces ?? []) : [])
      state.interfaces.put({ id: state.id(), device: own, name, type: '100base-tx', primaryMac: null, tags: [] });
    return row;
  };

export const writeInterface =
  (state: State) =>
  (body: Body, before: Interface | undefined): Interface => {
    const isNew = before === undefined;
    const row: Interface = {
      id: before?.id ?? state.id(),
      device: related(body, 'device', state.devices, isNew) ?? before?.device ?? 0,
      name: text(body, 'name', 64, isNew) ?? before?.name ?? '',
      type: text(body, 'type', 50, isNew) ?? before?.type ?? '',
      primaryMac:
        body.primary_mac_address === undefined
          ? (before?.primaryMac ?? null)
          : (related(body, 'primary_mac_address', state.macs, false) ?? null),
      tags: newTags(state, body, before?.tags ?? []),
    };
    const mac = row.primaryMac === null ? undefined : state.macs.rows.get(row.primaryMac);
    if (mac && (mac.objectType !== 'dcim.interface' || mac.objectId !== row.id))
      refuse('primary_mac_address', `MAC address ${mac.mac} is not assigned to this interface.`);
    if (state.interfaces.by(`device ${row.device}`).some((other) => other.id !== row.id && other.name === row.name))
      refuse('__all__', 'Interface with this Device and Name already exists.');
    return state.interfaces.put(row);
  };

export const writeMac =
  (state: State) =>
  (body: Body, before: Mac | undefined): Mac => {
    const given = text(body, 'mac_address', 20, before === undefined) ?? before?.mac ?? '';
    if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(given)) refuse('mac_address', 'Invalid MAC address format');
    const assigned = newAssigned(state, body, before ?? { objectType: null, objectId: null });
    if (before && assigned.objectId !== before.objectId && state.interfaces.by(`mac ${before.id}`).length > 0)
      refuse('__all__', 'Cannot reassign MAC Address while it is designated as the primary MAC for an object');
    return state.macs.put({
      id: before?.id ?? state.id(),
      mac: given.toUpperCase(),
      ...assigned,
      tags: newTags(state, body, before?.tags ?? []),
    });
  };

export const writeAddress =
  (state: State) =>
  (body: Body, before: Address | undefined): Address => {
    const isNew = before === undefined;
    const address = text(body, 'address', 60, isNew) ?? before?.address ?? '';
    const [host = '', length = ''] = address.split('/');
    if (!/^\d+$/.test(length) || Number(length) === 0 || !/^[0-9a-f.:]+$/.test(host)) refuse('address', 'Invalid IP address format');
    const row: Address = {
      id: before?.id ?? state.id(),
      address,
      vrf: typeof body.vrf === 'number' ? body.vrf : (before?.vrf ?? null),
      tenant: typeof body.tenant === 'number' ? body.tenant : (before?.tenant ?? null),
      status: oneOf(body, 'status', ADDRESS_STATUSES) ?? before?.status ?? 'active',
      dnsName: before?.dnsName ?? '',
      ...newAssigned(state, body, before ?? { objectType: null, objectId: null }),
      tags: newTags(state, body, before?.tags ?? []),
    };
    if (state.enforceUnique && state.addresses.by(`host ${host}`).some((other) => other.id !== row.id && other.vrf === row.vrf))
      refuse('address', `Duplicate IP address found in global table: ${address}`);
    const isPrimary = before !== undefined && state.devices.by(`primary ${before.id}`).length > 0;
    if (isPrimary && ownerOf(state, row) !== ownerOf(state, before))
      refuse('__all__', 'Cannot reassign IP address while it is designated as the primary IP for the parent object');
    return state.addresses.put(row);
  };

export const writeNamed =
  (state: State, table: Table<Named>, what: string) =>
  (body: Body, before: Named | undefined): Named => {
    const row = {
      id: before?.id ?? state.id(),
      name: text(body, 'name', 100, before === undefined) ?? before?.name ?? '',
      slug: text(body, 'slug', 100, before === undefined) ?? before?.slug ?? '',
    };
    if (!SLUG.test(row.slug)) refuse('slug', 'Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.');
    if (table.by(`name ${row.name.toLowerCase()}`).some((other) => other.id !== row.id && other.name === row.name))
      refuse('name', `${what} with this name already exists.`);
    if (table.by(`slug ${row.slug}`).some((other) => other.id !== row.id)) refuse('slug', `${what} with this slug already exists.`);
    return table.put(row);
  };

export const writeType =
  (state: State) =>
  (body: Body, before: DeviceType | undefined): DeviceType => {
    const row: DeviceType = {
      id: before?.id ?? state.id(),
      manufacturer: related(body, 'manufacturer', state.manufacturers, before === undefined) ?? before?.manufacturer ?? 0,
      model: text(body, 'model', 100, before === undefined) ?? before?.model ?? '',
      slug: text(body, 'slug', 100, before === undefined) ?? before?.slug ?? '',
      interfaces: before?.interfaces ?? [],
    };
    if (!SLUG.test(row.slug)) refuse('slug', 'Enter a valid "slug".');
    const others = state.types.by(`manufacturer ${row.manufacturer}`).filter((other) => other.id !== row.id);
    if (others.some(({ model }) => model === row.model)) refuse('__all__', 'The fields manufacturer, model must make a unique set.');
    if (others.some(({ slug }) => slug === row.slug)) refuse('__all__', 'The fields manufacturer, slug must make a unique set.');
    return state.types.put(row);
  };

export const writeField =
  (state: State) =>
  (body: Body, before: CustomField | undefined): CustomField => {
    const name = text(body, 'name', 50, before === undefined) ?? before?.name ?? '';
    if (!/^[a-z0-9_]+$/i.test(name) || name.includes('__')) refuse('name', 'Only alphanumeric characters and underscores are allowed.');
    if (state.customFields.by(`name ${name}`).some((other) => other.id !== before?.id))
      refuse('name', 'custom field with this name already exists.');
    text(body, 'label', 50, false);
    text(body, 'description', 200, false);
    return state.customFields.put({
      id: before?.id ?? state.id(),
      name,
      type: oneOf(body, 'type', FIELD_TYPES) ?? before?.type ?? 'text',
      unique: body.unique === true,
      filterLogic: oneOf(body, 'filter_logic', ['disabled', 'loose', 'exact']) ?? before?.filterLogic ?? 'loose',
      objectTypes: body.object_types === undefined ? (before?.objectTypes ?? []) : z.array(z.string()).parse(body.object_types),
      required: body.required === true,
    });
  };
