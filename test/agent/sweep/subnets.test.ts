import { describe, expect, it } from 'vitest';
import { countSubnets, subnetLines, type SubnetInput } from '../../../agent/sweep/subnets.ts';

const hikvision = (address: string) => ({ address, isIdentified: true, isCleared: false, isHikvision: true });
const printer = (address: string) => ({ address, isIdentified: true, isCleared: true, isHikvision: false });
const stranger = (address: string) => ({ address, isIdentified: false, isCleared: false, isHikvision: false });
const linesOf = (input: Partial<SubnetInput>) => subnetLines(countSubnets({ hosts: [], alive: [], refusing: [], dark: [], ...input }));

describe('agent/sweep/subnets', () => {
  it('counts asked, alive and what was left out, for each subnet', () => {
    const lines = linesOf({
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
    const lines = linesOf({ hosts: [], alive: ['10.0.1.5'], dark: [{ first: '10.0.1.6', last: '10.0.4.5', state: 'silent' }] });
    expect(lines).toEqual([
      '10.0.1.0/24: 251 asked, 1 alive, 0 identified, 0 Hikvision',
      '3 other subnets: 518 asked, 0 alive, 0 identified, 0 Hikvision',
    ]);
  });

  it('says what was not reached', () => {
    const lines = linesOf({ hosts: [], alive: [], dark: [{ first: '10.0.1.1', last: '10.0.1.254', state: 'not-reached' }] });
    expect(lines).toEqual(['10.0.1.0/24: 0 asked, 0 alive, 0 identified, 0 Hikvision, 254 not reached']);
  });

  it('gives programs every class, and each living address one of identified, refused and unidentified', () => {
    const { living, others } = countSubnets({
      hosts: [hikvision('10.4.2.7'), printer('10.4.2.9'), stranger('10.4.2.11')],
      alive: ['10.4.2.7', '10.4.2.9', '10.4.2.11', '10.4.2.12'],
      // A printer that is known by its MAC may refuse everything: it is identified all the same.
      refusing: ['10.4.2.9', '10.4.2.12'],
      dark: [
        { first: '10.4.2.13', last: '10.4.2.20', state: 'silent' },
        { first: '10.4.3.1', last: '10.4.4.9', state: 'not-reached' },
      ],
    });
    const [count] = living;
    expect(count).toEqual({
      subnet: '10.4.2.0/24',
      ...{ asked: 12n, alive: 4n, identified: 2n, cleared: 1n, hikvision: 1n, refused: 1n, unidentified: 1n },
      ...{ silent: 8n, excluded: 0n, notReached: 0n },
    });
    expect(others).toMatchObject({ subnets: 2, subnet: null, asked: 0n, notReached: 265n });
    expect(subnetLines({ living, others })[0]).toBe('10.4.2.0/24: 12 asked, 4 alive, 2 identified, 1 Hikvision, 1 only refused');
  });

  it('says exact numbers of a whole IPv6 prefix', () => {
    const dark = [{ first: '2001:db8::', last: '2001:db8::ffff:ffff:ffff:ffff', state: 'silent' } as const];
    expect(linesOf({ dark })).toEqual(['2001:db8::/64: 18446744073709551616 asked, 0 alive, 0 identified, 0 Hikvision']);
  });

  it('joins what is beyond the lines a person reads', () => {
    const alive = Array.from({ length: 70 }, (_, index) => `10.0.${index}.1`);
    const lines = linesOf({ alive, dark: [{ first: '10.1.0.0', last: '10.1.0.255', state: 'silent' }] });
    expect(lines).toHaveLength(65);
    expect(lines.at(-1)).toBe('7 other subnets: 262 asked, 6 alive, 0 identified, 0 Hikvision');
  });
});
