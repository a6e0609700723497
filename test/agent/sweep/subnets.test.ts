import { describe, expect, it } from 'vitest';
import { subnetLines } from '../../../agent/sweep/subnets.ts';

const hikvision = (address: string) => ({ address, isIdentified: true, isHikvision: true });
const printer = (address: string) => ({ address, isIdentified: true, isHikvision: false });
const stranger = (address: string) => ({ address, isIdentified: false, isHikvision: false });

describe('agent/sweep/subnets', () => {
  it('counts asked, alive and what was left out, for each subnet', () => {
    const lines = subnetLines({
      // The last one answered a group from outside the targets.
      hosts: [hikvision('10.4.2.7'), printer('10.4.2.9'), stranger('10.4.2.255'), hikvision('192.168.1.64')],
      alive: ['10.4.2.7', '10.4.2.9', '10.4.2.255'],
      dark: [
        { first: '10.4.2.10', last: '10.4.2.254', state: 'silent' },
        { first: '10.4.2.1', last: '10.4.2.6', state: 'silent' },
        { first: '10.4.2.8', last: '10.4.2.8', state: 'excluded' },
      ],
    });
    expect(lines).toEqual(['10.4.2.0/24: 254 asked, 3 alive, 2 identified, 1 Hikvision, 1 excluded']);
  });

  it('cuts ranges at the edges of subnets and joins those with nobody in them', () => {
    const lines = subnetLines({ hosts: [], alive: ['10.0.1.5'], dark: [{ first: '10.0.1.6', last: '10.0.4.5', state: 'silent' }] });
    expect(lines).toEqual([
      '10.0.1.0/24: 251 asked, 1 alive, 0 identified, 0 Hikvision',
      '3 other subnets: 518 asked, 0 alive, 0 identified, 0 Hikvision',
    ]);
  });

  it('says what was not reached', () => {
    const lines = subnetLines({ hosts: [], alive: [], dark: [{ first: '10.0.1.1', last: '10.0.1.254', state: 'not-reached' }] });
    expect(lines).toEqual(['10.0.1.0/24: 0 asked, 0 alive, 0 identified, 0 Hikvision, 254 not reached']);
  });
});
