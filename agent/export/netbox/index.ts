/** NetBox: one device with its interface, MAC and addresses, kept equal. The readme says what is written and what never is. */
import type { ApiTarget } from '../types.ts';
import { netBoxSettings, type NetBoxSettings } from './schema.ts';
import { connectNetBox } from './session.ts';

/** Tokens of the second version (`nbt_<key>.<token>`, since 4.5) say so, and are for another scheme: TOKEN_PREFIX of users/constants.py. */
const SECOND_VERSION = 'nbt_';

export const netBoxTarget: ApiTarget<NetBoxSettings, null> = {
  kind: 'api',
  id: 'netbox',
  title: 'NetBox devices, interfaces, MACs and addresses',
  settings: netBoxSettings,
  logins: ['token', 'bearer'],
  loginFor: (secret) => (secret.startsWith(SECOND_VERSION) ? 'bearer' : 'token'),
  // Devices that are written together share their requests: this many are one list.
  pace: { concurrency: 32 },
  connect: connectNetBox,
};
