/** A camera as scans show it, stores that close themselves, and what happened in words, for the tests of the store. */
import { join } from 'node:path';
import { CamsweepError } from '../../../../agent/errors.ts';
import { openStore, type Store } from '../../../../agent/inventory/store/store.ts';
import type { EventRow, Sighting } from '../../../../agent/inventory/types.ts';
import { macOf, sighting, type Shown } from '../material.ts';
import { clockAt, inFolder } from './temporary.ts';

export const CAMERA: Shown = {
  maker: 'hikvision',
  model: 'DS-2CD2143G2-I',
  type: 'camera',
  surveillance: true,
  firmware: 'V5.5.0',
  verdict: 'restricted',
};
export const camera = (host: number, number: number, shown: Shown = {}): Sighting =>
  sighting(`192.0.2.${host}`, { ...CAMERA, mac: macOf(number), ...shown });

export async function withStore(action: (store: Store, path: string) => void): Promise<void> {
  await inFolder((folder) => {
    const path = join(folder, 'camsweep.db');
    const store = openStore(path, { clock: clockAt(1) });
    action(store, path);
    store.close();
  });
}

/** Code and message of the error a call ends in. */
export function faultOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof CamsweepError ? `${error.code} ${error.message}` : String(error);
  }
  return 'none';
}

export const told = (events: readonly EventRow[]): string[] =>
  events.map(({ kind, device, before, after }) => [kind, device.slice(-5), before, after].filter((part) => part !== null).join(' '));
