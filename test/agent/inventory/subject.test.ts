import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policyChanges } from '../../../agent/inventory/change.ts';
import { openStore } from '../../../agent/inventory/store/store.ts';
import { subjectOf, subjectOfScanned } from '../../../agent/inventory/subject.ts';
import { coverOf, type PolicyException } from '../../../agent/policy/exceptions.ts';
import { macOf, sighting, state } from './material.ts';
import { clockAt, inFolder, takeScan } from './store/temporary.ts';

const SERIAL = 'DS-2CD2143G2-I20230101AAWRK12345678';
const ABOUT = { id: 'x', policy: null, reason: 'r', approver: 'a', mitigation: 'm', from: '2026-01-01', expires: '2026-12-31' };
const holds = (exception: PolicyException, subject: Parameters<typeof coverOf>[0]): boolean =>
  coverOf(subject, ['p'], [exception], '2026-02-01')[0]?.covered === true;

describe('agent/inventory/subject', () => {
  it('an exception by MAC still holds for a scan across a router that shows the serial only, once the inventory ties them', () =>
    inFolder((folder) => {
      const store = openStore(join(folder, 'camsweep.db'), { clock: clockAt(1) });
      takeScan(store, 1, [sighting('192.0.2.10', { mac: macOf(1), serial: SERIAL, maker: 'hikvision' })]);
      const routed = subjectOfScanned('192.0.2.99', 'hq', [{ kind: 'serial', value: SERIAL }]);
      const bare: PolicyException = { ...ABOUT, device: { mac: macOf(1) } };
      expect(holds(bare, routed)).toBe(false);
      const device = store.device(macOf(1));
      if (!device) throw new Error('no device');
      const tied = { ...bare, knownAs: subjectOf(device).keys };
      expect(holds(tied, routed)).toBe(true);
      expect(holds(tied, subjectOfScanned('192.0.2.10', 'hq', []))).toBe(false);
      const [row] = store.devices();
      expect(row && holds(tied, subjectOf(row))).toBe(true);
      store.close();
    }));

  it('a serial that several devices show ties an exception to none of the others', () =>
    inFolder((folder) => {
      const store = openStore(join(folder, 'camsweep.db'), { clock: clockAt(1) });
      takeScan(store, 1, [
        sighting('192.0.2.10', { mac: macOf(1), serial: SERIAL, maker: 'hikvision' }),
        sighting('192.0.2.11', { mac: macOf(2), serial: SERIAL, maker: 'hikvision' }),
      ]);
      const [one, two] = [store.device(macOf(1)), store.device(macOf(2))];
      if (!one || !two) throw new Error('expected two devices');
      const tied: PolicyException = { ...ABOUT, device: { key: one.key }, knownAs: subjectOf(one).keys };
      expect([holds(tied, subjectOf(one)), holds(tied, subjectOf(two))]).toEqual([true, false]);
      store.close();
    }));

  it('an exception by address is for whatever is there now', () => {
    const exception: PolicyException = { ...ABOUT, device: { address: '192.0.2.10', site: 'hq' } };
    expect(holds(exception, subjectOfScanned('192.0.2.10', 'hq', [{ kind: 'mac', value: macOf(9) }]))).toBe(true);
    expect(holds(exception, subjectOfScanned('192.0.2.10', 'branch', []))).toBe(false);
  });
});

describe('agent/inventory/change, other policies chosen', () => {
  it('tells of a policy that begins or ends to be judged only where it names the device', () => {
    const nothing = state({ maker: 'axis' });
    const named = state({ maker: 'hikvision', verdict: 'restricted' });
    expect(policyChanges(nothing, named)).toEqual([
      { kind: 'verdict-changed', topic: 'ca-federal-2025', before: null, after: 'restricted' },
    ]);
    expect(policyChanges(named, nothing)).toEqual([
      { kind: 'verdict-changed', topic: 'ca-federal-2025', before: 'restricted', after: null },
    ]);
    expect(policyChanges(nothing, state({ maker: 'axis', verdict: 'no-match' }))).toEqual([]);
    expect(policyChanges(named, state({ maker: 'hikvision', verdict: 'needs-review' }))).toEqual([]);
  });
});
