import { describe, expect, it } from 'vitest';
import { openDatabase, type SqlValue } from '../../../../agent/inventory/store/database.ts';
import { decodeExchange, encodeExchange, type Exchange } from '../../../../agent/inventory/store/exchanges.ts';
import { getState, putState } from '../../../../agent/inventory/store/states.ts';
import { MIGRATIONS } from '../../../../agent/inventory/store/migrations.ts';
import { randomFrom } from '../../../probes/mutate.ts';
import { state } from '../material.ts';

const open = () => openDatabase(':memory:', { readOnly: false, busyTimeoutMs: 0 });

describe('agent/inventory/store/exchanges', () => {
  it('comes back as it was, whatever is inside (seed 5)', () => {
    const random = randomFrom(5);
    for (let turn = 0; turn < 300; turn++) {
      const bytes = Buffer.from(Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256)));
      const responses: Exchange['response'][] = [
        { bytes: bytes.toString('base64') },
        { bytes: bytes.toString('base64url') },
        { bytes: bytes.toString('latin1'), status: 200 },
        { body: bytes.toString('latin1'), nested: { a: [1, null, '\0'] } },
        {},
      ];
      const response = responses[turn % responses.length] ?? {};
      const exchange: Exchange = { protocol: 'http', response, ...(turn % 2 === 0 ? { port: 80, request: { path: '/\0' } } : {}) };
      expect(decodeExchange(encodeExchange(exchange))).toEqual(exchange);
    }
  });
});

describe('agent/inventory/store/states', () => {
  it('stores a state once and reads it back', () => {
    const database = open();
    for (const step of MIGRATIONS) database.exec(step);
    const one = state({ maker: 'hikvision', mac: '44:19:b6:00:00:01', serial: 'SN-1', firmware: 'V5', verdict: 'restricted' });
    const id = putState(database, one);
    expect(putState(database, structuredClone(one))).toBe(id);
    expect(getState(database, id)).toEqual(one);
    expect(getState(database, 99)).toBeUndefined();
    database.close();
  });
});

describe('agent/inventory/store/database', () => {
  it('binds nothing the library would silently make NULL of', () => {
    const database = open();
    database.exec('CREATE TABLE t (a INTEGER, b TEXT) STRICT');
    const insert = (...values: readonly SqlValue[]): unknown => database.run('INSERT INTO t (a, b) VALUES (?, ?)', ...values);
    expect(() => insert(1)).toThrow(/1 values for 2 parameters/);
    expect(() => insert(Number.NaN, 'x')).toThrow(/cannot bind number/);
    expect(() => insert('text', 'x')).toThrow(/cannot store TEXT value in INTEGER column/);
    insert(1, null);
    expect(database.all('SELECT a, b FROM t')).toEqual([{ a: 1, b: null }]);
    database.close();
  });

  it('takes a transaction back whole', () => {
    const database = open();
    database.exec('CREATE TABLE t (a INTEGER) STRICT');
    const failing = (): void =>
      database.transaction(() => {
        database.run('INSERT INTO t (a) VALUES (?)', 1);
        throw new Error('on purpose');
      });
    expect(failing).toThrow('on purpose');
    expect(database.all('SELECT a FROM t')).toEqual([]);
    database.close();
  });
});
