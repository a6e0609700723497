import { describe, expect, it } from 'vitest';
import type { LoginLedger } from '../../../agent/inventory/login-ledger.ts';
import { loginsOf, NO_LOGINS, type LoginSource } from '../../../agent/sweep/logins.ts';

const LOGIN = { user: 'inventory', password: 'secret' };
const MAC = '02:00:5e:10:20:30';

/** A ledger that allows `tries` and writes down what it was told. */
function fakeLedger(tries: number): LoginLedger & { readonly book: string[] } {
  const book: string[] = [];
  let left = tries;
  return {
    book,
    decide: () => (left > 0 ? 'allowed' : 'tried-today'),
    take: ({ address, mac }) => {
      book.push(`take ${address} ${mac ?? '-'}`);
      return left-- > 0 ? 'ticket' : undefined;
    },
    end: (id, result) => void book.push(`end ${id} ${result}`),
    notes: () => [],
  };
}

const source = (more: Partial<LoginSource> = {}): LoginSource => ({
  credentials: new Map([['192.0.2.7', LOGIN]]),
  ledger: fakeLedger(1),
  macOf: () => undefined,
  ...more,
});

describe('agent/sweep/logins', () => {
  it('has none without a ledger, without logins, and for a host nobody named', () => {
    expect(loginsOf('192.0.2.7', source({ ledger: undefined })).mayLogIn('192.0.2.7')).toBeUndefined();
    expect(loginsOf('192.0.2.7', source({ ledger: undefined })).credential('192.0.2.7')).toBeUndefined();
    expect(loginsOf('192.0.2.7', source({ credentials: new Map() }))).toBe(NO_LOGINS);
    const other = loginsOf('192.0.2.8', source());
    expect([other.mayLogIn('192.0.2.8'), other.credential('192.0.2.8')]).toEqual([undefined, undefined]);
  });

  it('never hands out the login of one host while another is asked', () => {
    const logins = loginsOf('192.0.2.8', source());
    expect(logins.mayLogIn('192.0.2.7')).toBeUndefined();
    expect(logins.credential('192.0.2.7')).toBeUndefined();
  });

  it('asks without taking, then takes once', () => {
    const ledger = fakeLedger(9);
    const logins = loginsOf('192.0.2.7', source({ ledger, macOf: () => MAC }));
    expect(logins.mayLogIn('192.0.2.7')).toEqual({ allowBasic: false });
    expect(ledger.book).toEqual([]);
    expect(logins.credential('192.0.2.7')).toEqual(LOGIN);
    expect(logins.credential('192.0.2.7')).toBeUndefined();
    logins.loginResult('192.0.2.7', 'refused');
    expect(ledger.book).toEqual([`take 192.0.2.7 ${MAC}`, 'end ticket refused']);
  });

  it('shares the one try among all probes of a device', () => {
    const ledger = fakeLedger(1);
    const isapi = loginsOf('192.0.2.7', source({ ledger }));
    expect(isapi.credential('192.0.2.7')).toEqual(LOGIN);
    const later = loginsOf('192.0.2.7', source({ ledger }));
    expect(later.mayLogIn('192.0.2.7')).toBeUndefined();
    expect(later.credential('192.0.2.7')).toBeUndefined();
  });

  it('hands out nothing when the try is gone by the time it is taken, and books no result then', () => {
    const ledger = { ...fakeLedger(1), take: () => undefined };
    const logins = loginsOf('192.0.2.7', source({ ledger }));
    expect(logins.mayLogIn('192.0.2.7')).toBeDefined();
    expect(logins.credential('192.0.2.7')).toBeUndefined();
    logins.loginResult('192.0.2.7', 'accepted');
    expect(ledger.book).toEqual([]);
  });

  it('finds a login by the MAC of the neighbour table; the address goes first', () => {
    const byMac = { ...LOGIN, user: 'by-mac', allowBasic: true };
    const credentials = new Map([
      ['192.0.2.7', LOGIN],
      [MAC, byMac],
    ]);
    const at = (address: string): ReturnType<typeof loginsOf> => loginsOf(address, source({ credentials, macOf: () => MAC }));
    expect(at('192.0.2.50').mayLogIn('192.0.2.50')).toEqual({ allowBasic: true });
    expect(at('192.0.2.50').credential('192.0.2.50')).toEqual(byMac);
    expect(at('192.0.2.7').credential('192.0.2.7')).toEqual(LOGIN);
  });
});
