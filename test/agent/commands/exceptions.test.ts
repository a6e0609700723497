import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadExceptions, withRowMarks } from '../../../agent/commands/exceptions.ts';
import { openStore } from '../../../agent/inventory/store/store.ts';
import { isFinding } from '../../../agent/policy/finding.ts';
import { macOf, sighting, type Shown } from '../inventory/material.ts';
import { clockAt, inFolder, takeScan } from '../inventory/store/temporary.ts';

const SERIAL = 'DS-2CD2143G2-I20230101AAWRK12345678';
const CAMERA: Shown = { maker: 'hikvision', type: 'camera', surveillance: true, verdict: 'restricted' };

describe('agent/commands/exceptions', () => {
  it.each([
    ['its own serial', [macOf(1)], [false]],
    ['a serial that two devices show', [macOf(1), macOf(2)], [true, true]],
  ])('%s: covers the one that is meant, and nobody where that cannot be told', (_, macs, findings) =>
    inFolder((folder) => {
      const store = openStore(join(folder, 'camsweep.db'), { clock: clockAt(1) });
      const sightings = macs.map((mac, index) => sighting(`192.0.2.${10 + index}`, { ...CAMERA, mac, serial: SERIAL }));
      takeScan(store, 1, sightings);
      const file = join(folder, 'e.yaml');
      const about = 'reason: lease ends\n    approver: CISO\n    mitigation: no internet\n    from: 2020-01-01\n    expires: 2999-12-31';
      writeFileSync(file, `version: 1\nexceptions:\n  - id: lobby\n    device: { serial: ${SERIAL} }\n    ${about}\n`);
      const exceptions = loadExceptions({ exceptionsFile: file, db: store.path }, store);
      expect(exceptions.strangers).toHaveLength(findings.length - 1);
      expect(store.devices().map((row) => withRowMarks(row, exceptions).verdicts.some((verdict) => isFinding(verdict)))).toEqual(findings);
      store.close();
    }),
  );
});
