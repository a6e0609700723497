/**
 * Writes one device, step by step, in an order that may be cut anywhere: the record with its key first, so that the next run finds it, and
 * what is taken off last. Each step goes out together with those of other devices (`api.ts`).
 */
import type { Body, NetBoxApi } from './api.ts';
import type { Catalogue } from './catalogue.ts';
import { ADDRESSES, DEVICES, INTERFACES, MACS, macIdOn, type Found } from './lookup.ts';
import { familyOf, hostOf, type Wanted } from './payload.ts';
import { FIELD_IDS, FIELDS, type AddressRow, type DeviceRow, type InterfaceRow, type NetBoxSettings } from './schema.ts';
import type { Instance } from './setup.ts';
import { todoOf, type AddressStep, type Todo } from './todo.ts';

export interface Desk {
  readonly api: NetBoxApi;
  readonly settings: NetBoxSettings;
  readonly instance: Instance;
  readonly catalogue: Catalogue;
  /** Id of a site by its slug. Rejects with TargetError where it is missing. */
  readonly siteId: (slug: string) => Promise<number>;
  /** The interfaces of a device, asked for together with those of others. */
  readonly portsOf: (device: number) => Promise<readonly InterfaceRow[]>;
  readonly claimed: (host: string) => boolean;
}

/** Returns the addresses that are free now. Rejects with TargetError. */
export async function writeDevice(desk: Desk, wanted: Wanted, found: Found): Promise<readonly string[]> {
  const { settings, instance } = desk;
  const first = todoOf(wanted, found, { tagIds: instance.tagIds, settings }, desk.claimed);
  if (!first.row) {
    const row = await createDevice(desk, wanted);
    // A device type may bring interfaces of its own.
    const interfaces = first.needsPort ? await desk.portsOf(row.id) : [];
    const todo = todoOf(wanted, { ...found, match: { kind: 'one', row }, interfaces }, { tagIds: instance.tagIds, settings }, desk.claimed);
    return writeRest(desk, wanted, row, todo);
  }
  await updateDevice(desk, wanted, first.row, first);
  return writeRest(desk, wanted, first.row, first, found.addresses);
}

async function createDevice({ api, settings, instance, catalogue, siteId }: Desk, wanted: Wanted): Promise<DeviceRow> {
  const { tag, flaggedTag } = instance.tagIds;
  return api.create(DEVICES, {
    name: wanted.name,
    site: await siteId(wanted.site),
    device_type: await catalogue.typeId(wanted.manufacturer, wanted.model ?? settings.unknownModel),
    role: instance.roleId,
    status: settings.status,
    ...(settings.tenantId === undefined ? {} : { tenant: settings.tenantId }),
    ...(wanted.serial === null ? {} : { serial: wanted.serial }),
    tags: wanted.flagged ? [tag, flaggedTag] : [tag],
    custom_fields: newFields(wanted),
  });
}

async function updateDevice({ api, instance, catalogue }: Desk, wanted: Wanted, row: DeviceRow, { difference }: Todo): Promise<void> {
  if (!difference || difference.changes.length === 0) return;
  const { serial, customFields, addTags, removeTags, learnsModel } = difference;
  await api.update(DEVICES, row.id, {
    ...(serial === undefined ? {} : { serial }),
    ...(Object.keys(customFields).length === 0 ? {} : { custom_fields: customFields }),
    ...(learnsModel && wanted.model !== null ? { device_type: await catalogue.typeId(wanted.manufacturer, wanted.model) } : {}),
    ...tagBody(instance, row.tags, addTags, removeTags),
  });
}

async function writeRest(
  desk: Desk,
  wanted: Wanted,
  row: DeviceRow,
  todo: Todo,
  there: readonly AddressRow[] = [],
): Promise<readonly string[]> {
  const { api } = desk;
  const port = todo.port ?? (todo.needsPort ? await createPort(desk, row.id) : undefined);
  if (port) await writeMac(desk, wanted, port, todo);
  const ids = new Map(there.map((one) => [hostOf(one.address) ?? '', one.id] as const));
  if (port) {
    const made = await Promise.all(todo.addresses.map(async (step) => [step.host, await writeAddress(desk, port.id, step)] as const));
    for (const [host, id] of made) ids.set(host, id);
  }
  if (todo.primaries.length > 0) {
    const body = todo.primaries.map(({ family, host }) => [`primary_ip${family}`, host === null ? null : (ids.get(host) ?? null)] as const);
    await api.update(DEVICES, row.id, Object.fromEntries(body));
  }
  await Promise.all(todo.released.map((one) => api.update(ADDRESSES, one.id, releaseBody(one))));
  return todo.released.flatMap(({ address }) => hostOf(address) ?? []);
}

async function createPort({ api, settings, instance }: Desk, device: number): Promise<InterfaceRow> {
  const { interfaceName: name, interfaceType: type } = settings;
  return api.create(INTERFACES, { device, name, type, tags: [instance.tagIds.tag] });
}

/** `mac_address` of an interface cannot be written: it is the object that is assigned, and then named the main one by its id. */
async function writeMac({ api, instance }: Desk, { mac }: Wanted, port: InterfaceRow, todo: Todo): Promise<void> {
  if (!todo.mac || mac === null) return;
  const place = { assigned_object_type: 'dcim.interface', assigned_object_id: port.id };
  let id = todo.mac.kind === 'new' ? macIdOn(port, mac) : todo.mac.id;
  if (todo.mac.kind === 'assign') await api.update(MACS, todo.mac.id, place);
  id ??= (await api.create(MACS, { mac_address: mac, ...place, tags: [instance.tagIds.tag] })).id;
  if (todo.setsMac) await api.update(INTERFACES, port.id, { primary_mac_address: id });
}

async function writeAddress({ api, settings, instance }: Desk, port: number, step: AddressStep): Promise<number> {
  const place = { assigned_object_type: 'dcim.interface', assigned_object_id: port };
  const { tag } = instance.tagIds;
  if (step.kind === 'new') {
    const length = familyOf(step.host) === 4 ? settings.prefixLength4 : settings.prefixLength6;
    const made = await api.create(ADDRESSES, {
      ...{ address: `${step.host}/${length}`, status: 'active', ...place, tags: [tag] },
      ...(settings.vrfId === undefined ? {} : { vrf: settings.vrfId }),
      ...(settings.tenantId === undefined ? {} : { tenant: settings.tenantId }),
    });
    return made.id;
  }
  const { row } = step;
  if (step.kind === 'take') {
    // A main address cannot be given to another device.
    const { holder } = step;
    const mains = [
      ['primary_ip4', holder.primary_ip4],
      ['primary_ip6', holder.primary_ip6],
    ] as const;
    const freed = mains.flatMap(([name, main]) => (main?.id === row.id ? [[name, null] as const] : []));
    if (freed.length > 0) await api.update(DEVICES, holder.id, Object.fromEntries(freed));
  }
  const mine = row.tags.some(({ id }) => id === tag);
  await api.update(ADDRESSES, row.id, {
    ...place,
    ...(mine && row.status.value === 'deprecated' ? { status: 'active' } : {}),
    ...tagBody(instance, row.tags, mine ? [] : [tag], []),
  });
  return row.id;
}

/** It stays in NetBox, on no device, and says that it is not in use. */
function releaseBody({ status }: AddressRow): Body {
  return {
    ...{ assigned_object_type: null, assigned_object_id: null },
    ...(status.value === 'active' ? { status: 'deprecated' } : {}),
  };
}

/** Before 4.6 `tags` replaces all there are, so those that people set go along. */
function tagBody(
  { addsTags }: Instance,
  there: readonly { readonly id: number }[],
  add: readonly number[],
  remove: readonly number[],
): Body {
  if (add.length === 0 && remove.length === 0) return {};
  if (addsTags) return { ...(add.length > 0 ? { add_tags: add } : {}), ...(remove.length > 0 ? { remove_tags: remove } : {}) };
  return { tags: [...there.map(({ id }) => id).filter((id) => !remove.includes(id)), ...add] };
}

function newFields({ fields }: Wanted): Readonly<Record<string, string>> {
  return Object.fromEntries(FIELD_IDS.flatMap((id) => (fields[id] === null ? [] : [[FIELDS[id], fields[id]] as const])));
}
