import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../../../agent/inventory/store/database.ts';
import { checkOwner, openStoreDatabase } from '../../../../agent/inventory/store/migrate.ts';
import { MIGRATIONS } from '../../../../agent/inventory/store/migrations.ts';
import { openStore } from '../../../../agent/inventory/store/store.ts';
import { macOf } from '../material.ts';
import { clockAt, inFolder, takeScan } from './temporary.ts';
import { camera, withStore, faultOf } from './shown.ts';

describe('agent/inventory/store, the file', () => {
  it('belongs to its owner alone', () =>
    withStore((_store, path) => {
      expect(statSync(path).mode & 0o077).toBe(0);
    }));

  it('refuses a newer file, a foreign database and what is none, and leaves them as they are', () =>
    inFolder((folder) => {
      const clock = clockAt(1);
      const newer = join(folder, 'newer.db');
      openStoreDatabase(newer, false, [...MIGRATIONS, 'CREATE TABLE later (a INTEGER) STRICT']).close();
      expect(faultOf(() => openStore(newer, { clock }))).toContain(`schema ${MIGRATIONS.length + 1}, this one knows ${MIGRATIONS.length}`);

      const foreign = join(folder, 'foreign.db');
      const database = openDatabase(foreign, { readOnly: false, busyTimeoutMs: 100 });
      database.exec('CREATE TABLE theirs (a INTEGER)');
      database.close();
      expect(() => openStore(foreign, { clock })).toThrow(/not of Camsweep/);

      const text = join(folder, 'notes.db');
      writeFileSync(text, 'this is a text file, and a long one, so that SQLite does not take it for a fresh database: '.repeat(20));
      expect(faultOf(() => openStore(text, { clock }))).toMatch(/^store-unusable .*notes\.db: the file is no SQLite database/);
      expect(() => openStore(join(folder, 'none.db'), { clock, readOnly: true })).toThrow(/no store at/);
      expect(existsSync(join(folder, 'none.db'))).toBe(false);
      expect(faultOf(() => openStore(join(text, 'below', 'a.db'), { clock }))).toMatch(/^store-unusable /);
    }));

  it.each([0, 1, 2, 3])('knows a file that another process makes after %i looks at it', (looks) =>
    inFolder((folder) => {
      const path = join(folder, 'camsweep.db');
      writeFileSync(path, '');
      const database = openDatabase(path, { readOnly: false, busyTimeoutMs: 100 });
      let looked = 0;
      const makeItNow = (): void => openStoreDatabase(path, false).close();
      const slow: Database = {
        ...database,
        get: (sql, ...values) => {
          if (looked++ === looks) makeItNow();
          return database.get(sql, ...values);
        },
      };
      const version = checkOwner(slow, MIGRATIONS);
      expect(looked).toBe(3);
      expect([0, MIGRATIONS.length]).toContain(version);
      database.close();
    }),
  );

  it('waits for the log no longer than it says where another program reads the file', () =>
    inFolder((folder) => {
      const path = join(folder, 'camsweep.db');
      const reader = openDatabase(path, { readOnly: false, busyTimeoutMs: 100 });
      // Ours, and without a log.
      reader.exec('PRAGMA application_id = 0x43414d53; CREATE TABLE earlier (a INTEGER); BEGIN');
      reader.all('SELECT * FROM earlier');
      const fault = faultOf(() => openStoreDatabase(path, false, MIGRATIONS, 200));
      expect(fault).toMatch(/another process is writing to it/);
      reader.exec('COMMIT');
      openStoreDatabase(path, false, MIGRATIONS, 200).close();
      reader.close();
    }));

  it('migrates forward and keeps a copy of what was', () =>
    inFolder((folder) => {
      const path = join(folder, 'camsweep.db');
      const old = openStore(path, { clock: clockAt(1) });
      takeScan(old, 1, [camera(10, 1)]);
      old.close();
      const later = openStoreDatabase(path, false, [...MIGRATIONS, 'ALTER TABLE devices ADD COLUMN colour TEXT']);
      expect(later.get('SELECT colour FROM devices')).toEqual({ colour: null });
      later.close();
      expect(readdirSync(folder)).toContain(`camsweep.db.v${MIGRATIONS.length}.bak`);
      const copy = openStore(join(folder, `camsweep.db.v${MIGRATIONS.length}.bak`), { clock: clockAt(1), readOnly: true });
      expect(copy.devices()).toHaveLength(1);
      copy.close();
    }));

  it('can be read where it may not be written', () =>
    inFolder((folder) => {
      const path = join(folder, 'camsweep.db');
      const store = openStore(path, { clock: clockAt(1) });
      takeScan(store, 1, [camera(10, 1)]);
      store.close();
      chmodSync(path, 0o400);
      const reader = openStore(path, { clock: clockAt(1), readOnly: true });
      expect(reader.devices()).toHaveLength(1);
      expect(() => reader.annotate('192.0.2.10', { field: 'owner', value: 'ada', by: 'ada' })).toThrow(/may not be written/);
      reader.close();
    }));

  it('remembers what people say of a device, the last word last', () =>
    withStore((store) => {
      takeScan(store, 1, [camera(10, 1)]);
      for (const value of ['planned', 'removed']) store.annotate('192.0.2.10', { field: 'status', value, by: 'ada' });
      expect(store.annotations(macOf(1)).map(({ value }) => value)).toEqual(['planned', 'removed']);
    }));
});
