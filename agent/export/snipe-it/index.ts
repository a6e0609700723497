/** Snipe-IT: one asset a device, kept equal. The readme says what is written and what never is. */
import type { ApiTarget } from '../types.ts';
import { snipeItSettings, type SnipeItSettings } from './schema.ts';
import { connectSnipeIt } from './session.ts';

export const snipeItTarget: ApiTarget<SnipeItSettings, null> = {
  kind: 'api',
  id: 'snipe-it',
  title: 'Snipe-IT assets',
  settings: snipeItSettings,
  logins: ['bearer'],
  // Snipe-IT usually allows 120 requests a minute.
  pace: { perSecond: 2, concurrency: 2 },
  connect: connectSnipeIt,
};
