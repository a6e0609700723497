/** `--json` of the inventory's verbs on a terminal: what a device said must not reorder, hide or control anything there. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listDevices, showDevice } from '../../../agent/commands/devices.ts';
import { diff, history, scans } from '../../../agent/commands/diff.ts';
import type { Io } from '../../../agent/commands/io.ts';
import { resolveSettings } from '../../../agent/config/resolve.ts';
import type { ScanSettings } from '../../../agent/config/settings.ts';
import { openStore } from '../../../agent/inventory/store/store.ts';
import { sighting } from '../inventory/material.ts';
import { clockAt, inFolder, takeScan } from '../inventory/store/temporary.ts';
import { writtenIo } from './written-io.ts';

/** Reorders, is invisible, and begins an escape sequence of eight bits. */
const HOSTILE = 'DS\u202e\u200b\u009b31m';
const INVISIBLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/;
const MAC = '44:19:b6:00:00:01';

const VERBS: readonly (readonly [string, (settings: ScanSettings, io: Io) => number])[] = [
  ['devices', (settings, io) => listDevices(settings, { json: true, everything: true, status: undefined, site: undefined }, io)],
  ['device show', (settings, io) => showDevice(settings, `mac:${MAC}`, true, io)],
  ['diff', (settings, io) => diff(settings, { json: true, since: '2026-01-01', site: undefined }, io)],
  ['history', (settings, io) => history(settings, `mac:${MAC}`, true, io)],
];

describe('--json of the inventory', () => {
  it.each(VERBS)('%s: nothing invisible, and every reader gets the text back', (_verb, run) =>
    inFolder((folder) => {
      const db = join(folder, 'camsweep.db');
      const store = openStore(db, { clock: clockAt(1) });
      for (const day of [1, 2])
        takeScan(store, day, [
          sighting('192.0.2.7', { mac: MAC, model: HOSTILE, maker: HOSTILE, firmware: `${HOSTILE}${day}`, type: 'camera' }),
        ]);
      store.close();
      const io = writtenIo();
      expect(run(resolveSettings({ db }, {}, undefined), io)).toBe(0);
      expect(io.written()).not.toMatch(INVISIBLE);
      expect(JSON.stringify(JSON.parse(io.written()))).toContain(HOSTILE);
    }),
  );

  it('scans: is JSON', () =>
    inFolder((folder) => {
      const db = join(folder, 'camsweep.db');
      const store = openStore(db, { clock: clockAt(1) });
      takeScan(store, 1, []);
      store.close();
      const io = writtenIo();
      expect(scans(resolveSettings({ db }, {}, undefined), true, undefined, io)).toBe(0);
      expect(JSON.parse(io.written())).toMatchObject({ schemaVersion: 1, scans: [{ site: 'hq' }] });
    }));
});
