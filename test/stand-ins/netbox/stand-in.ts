/**
 * A NetBox to test against: its server, its tokens, and what people made by hand.
 *
 * It answers as the REST API does, after netbox-community/netbox (dcim, ipam, extras: models and serializers): limits and unique names, MAC
 * addresses as objects, main addresses only of own interfaces, lists of writes all or none, `tags` replaced by a PATCH, custom fields
 * merged, filters that may be given several times, pages with `next`. Unknown filters are ignored, as they are there.
 */
import { startStandIn, type StandIn, type StandInAnswer, type StandInRequest } from '../stand-in.ts';
import { bodySchema } from './fields.ts';
import { all, list } from './requests.ts';
import { resourcesOf } from './resources.ts';
import { createState } from './state.ts';
import type { Address, CustomField, Device, DeviceType, Interface, Mac, Named, Table } from './tables.ts';

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

const OUR_FIELDS = ['key', 'serial', 'firmware', 'verdict', 'presence', 'addresses', 'first_seen', 'last_seen'];

export async function startNetBox(options: NetBoxOptions = {}): Promise<NetBox> {
  const { version = '4.2.3', pageRows = 1000, isSetUp = true, enforceUnique = true, open = false } = options;
  const state = createState({ enforceUnique, addsTags: Number(version.split('.')[1]) >= 6 });
  const { devices, interfaces, macs, addresses, manufacturers, types, sites, roles, tags, customFields, id } = state;
  const resources = resourcesOf(state);
  const logins = new Set<string>();
  const handle = (request: StandInRequest): StandInAnswer => {
    const login = request.headers.authorization ?? '';
    logins.add(login);
    if (!open && login !== `Token ${TOKEN}` && login !== `Bearer ${TOKEN_2}`) return { status: 403, json: { detail: 'Invalid token' } };
    if (request.path === '/api/status/') return { status: 200, json: { 'netbox-version': version, plugins: {} } };
    const [, path = '', key] = /^(.*\/)(\d+)\/$/.exec(request.path) ?? [];
    const found = resources.get(key === undefined ? request.path : path)?.();
    if (!found) return { status: 404, json: { detail: 'Not found.' } };
    if (request.method === 'GET') return list(pageRows, found, request.path, request);
    if (key !== undefined) {
      if (!found.has(Number(key))) return { status: 404, json: { detail: 'No such object matches the given query.' } };
      return all(state, found, { ...request, body: { ...bodySchema.parse(request.body), id: Number(key) } });
    }
    return request.method === 'DELETE' ? { status: 500, json: { detail: 'this client never deletes' } } : all(state, found, request);
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
