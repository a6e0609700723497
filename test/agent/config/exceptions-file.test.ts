import { describe, expect, it } from 'vitest';
import { parseExceptions } from '../../../agent/config/exceptions-file.ts';
import { CamsweepError } from '../../../agent/errors.ts';

const GOOD = `version: 1
exceptions:
  - id: lobby
    device: { mac: 44-19-B6-00-00-01 }
    reason: lease ends
    approver: CISO
    mitigation: no internet
    from: 2026-01-01
    expires: 2026-06-30
  - id: gate
    device:
      address: 192.0.2.18
      site: hq
    policy: ca
    reason: replacement ordered
    approver: CISO
    mitigation: own VLAN
    from: 2026-01-01
    expires: 2026-12-31
`;
const parse = (text: string) => parseExceptions(text, 'e.yaml', ['ca', 'us']);

function faultsOf(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof CamsweepError && error.code === 'config-invalid') return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('agent/config/exceptions-file', () => {
  it('reads what the readme shows, MACs in one spelling', () => {
    expect(parse(GOOD).map(({ id, device, policy, expires }) => ({ id, device, policy, expires }))).toEqual([
      { id: 'lobby', device: { mac: '44:19:b6:00:00:01' }, policy: null, expires: '2026-06-30' },
      { id: 'gate', device: { address: '192.0.2.18', site: 'hq' }, policy: 'ca', expires: '2026-12-31' },
    ]);
    expect(parse('version: 1\nexceptions: []\n')).toEqual([]);
  });

  it.each([
    ['expires: 2026-06-30', '', ['e.yaml:3: exceptions.0.expires: expected a day such as 2026-12-31']],
    ['2026-06-30', '2026-02-30', ['e.yaml:9: exceptions.0.expires: expected a day such as 2026-12-31']],
    ['2026-06-30', '2025-06-30', ['e.yaml:9: exceptions.0.expires: expected a day on or after from']],
    ['approver: CISO', 'aprover: CISO', ['e.yaml:3: exceptions.0.approver: expected text', 'e.yaml:6: exceptions.0.aprover: unknown key']],
    ['mac: 44-19-B6-00-00-01', 'mac: nonsense', ['e.yaml:4: exceptions.0.device.mac: expected a MAC such as 44:19:b6:00:00:01']],
    ['mac: 44-19-B6-00-00-01', 'site: hq', ['e.yaml:4: exceptions.0.device: expected key, serial, mac or address']],
    ['mac: 44-19-B6-00-00-01', 'serial: 12345678', ['e.yaml:4: exceptions.0.device.serial: expected text: put a number in quotes']],
    ['      site: hq\n', '', ['e.yaml:12: exceptions.1.device: expected site beside address: addresses repeat from site to site']],
    ['id: gate', 'id: lobby', ['e.yaml:10: exceptions.1.id: "lobby" stands twice']],
    ['policy: ca', 'policy: fr', ['e.yaml:14: exceptions.1.policy: "fr": expected one of ca, us']],
    ['version: 1', 'version: 2', ['e.yaml:1: version: expected 1']],
  ])('%j -> %j: names the line', (from, to, faults) => {
    expect(faultsOf(GOOD.replace(from, to))).toEqual(faults);
  });

  it.each([
    ['', /^e\.yaml:1: expected `version: 1`/],
    ['exceptions: [', /^e\.yaml:\d+: not YAML/],
    ['a: &a [*a, *a]', /^e\.yaml/],
    ['version: 1\nexceptions: 7', /expected a list/],
  ])('refuses %j', (text, message) => {
    expect(faultsOf(text).join('\n')).toMatch(message);
  });
});
