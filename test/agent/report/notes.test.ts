import { describe, expect, it } from 'vitest';
import { factsOf } from '../../../agent/report/facts.ts';
import { notesOf } from '../../../agent/report/notes.ts';
import { identityOf, observed } from './observed.ts';
import type { Observation } from '../../../probes/observation.ts';

function notes(address: string, observations: readonly Observation[], offSubnet?: boolean): string[] {
  return notesOf({ address, observations, facts: factsOf(identityOf(), observations), offSubnet });
}
const claims = (address: string, mask: string, protocol: 'sadp' | 'dhip' = 'sadp'): Observation[] =>
  observed(
    'r',
    protocol === 'sadp'
      ? [
          ['sadp.IPv4Address', address],
          ['sadp.IPv4SubnetMask', mask],
        ]
      : [
          ['dhip.IPv4Address.IPAddress', address],
          ['dhip.IPv4Address.SubnetMask', mask],
        ],
  );

describe('agent/report/notes', () => {
  it('has nothing to say of a device that fits in', () => {
    expect(notes('10.1.2.3', claims('10.1.2.3', '255.255.255.0'))).toEqual([]);
    expect(notes('10.1.2.3', claims('10.1.2.9', '255.255.255.0'))).toEqual([]);
    expect(notes('10.1.2.3', observed('r', [['sadp.Activated', 'true']]))).toEqual([]);
  });

  it.each(['sadp', 'dhip'] as const)('notes a %s address that is at home elsewhere', (protocol) => {
    expect(notes('10.1.2.3', claims('192.0.0.64', '255.255.255.0', protocol))).toEqual(['claims address 192.0.0.64 outside this subnet']);
    expect(notes('10.1.2.3', claims('10.1.3.3', '255.255.254.0', protocol))).toEqual([]);
    expect(notes('200.1.2.3', claims('200.1.3.3', '255.255.255.0', protocol))).toEqual(['claims address 200.1.3.3 outside this subnet']);
  });

  it.each([
    ['0.0.0.0', '255.255.255.0'],
    ['192.0.0.64', '0.0.0.0'],
    ['192.0.0.64', '255.0.255.0'],
    ['192.0.0.64', '255.255.255.255'],
    ['192.0.0.640', '255.255.255.0'],
    ['fe80::1', 'ffff::'],
  ])('says nothing where the claim makes no sense: %s %s', (address, mask) => {
    expect(notes('10.1.2.3', claims(address, mask))).toEqual([]);
  });

  it('does not mix the address of one answer with the mask of another', () => {
    const seen = [...observed('a', [['sadp.IPv4Address', '192.0.0.64']]), ...observed('b', [['sadp.IPv4SubnetMask', '255.255.255.0']])];
    expect(notes('10.1.2.3', seen)).toEqual([]);
  });

  it('notes a device that answered from outside what was scanned, and one nobody has set up', () => {
    expect(notes('192.168.1.64', observed('r', [['sadp.Activated', 'false']]), true)).toEqual([
      'claims address 192.168.1.64 outside this subnet',
      'never activated',
    ]);
  });

  it('counts the cameras a recorder lists', () => {
    const seen = observed('r', [
      ['isapi.root', 'InputProxyChannelList'],
      ['isapi.channel.id', '1'],
    ]);
    expect(notes('10.1.2.3', seen)).toEqual(['lists 1 camera behind it']);
    expect(notes('10.1.2.3', [...seen, ...observed('r', [['isapi.channel.id', '2']])])).toEqual(['lists 2 cameras behind it']);
  });
});
