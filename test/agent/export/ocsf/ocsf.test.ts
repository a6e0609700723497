import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ocsfTarget } from '../../../../agent/export/ocsf/target.ts';
import type { ExportDevice } from '../../../../agent/export/types.ts';
import { DEVICES } from '../devices.ts';
import { INVISIBLE, linesOf } from '../lines.ts';
import { EMPTY, RANDOM_DEVICES } from '../random-devices.ts';
import { ATTACKS, CONTEXT, DEVICE, hostile } from '../samples.ts';
import { COMPLIANCE_FINDING, INVENTORY_INFO } from './excerpt.ts';

const ajv = new Ajv({ strict: false });
addFormats.default(ajv);
const inventoryInfo = ajv.compile(INVENTORY_INFO);
const finding = ajv.compile(COMPLIANCE_FINDING);
const head = z.looseObject({ class_uid: z.int(), activity_id: z.int(), type_uid: z.int() });

const devices: readonly ExportDevice[] = [DEVICE, ...ATTACKS.map(hostile), EMPTY, ...Object.values(DEVICES), ...RANDOM_DEVICES];

function faultsOf(event: unknown): string {
  const validate = head.parse(event).class_uid === 5001 ? inventoryInfo : finding;
  return validate(event) ? '' : ajv.errorsText(validate.errors);
}

describe('OCSF', () => {
  const text = ocsfTarget.render(devices, [], CONTEXT, {});
  const events = linesOf(text);

  it('has the attributes of its classes and no others, and numbers that agree', () => {
    for (const event of events) expect(faultsOf(event)).toBe('');
    for (const { type_uid, class_uid, activity_id } of events.map((event) => head.parse(event)))
      expect(type_uid).toBe(class_uid * 100 + activity_id);
    expect(text).not.toMatch(INVISIBLE);
  });

  it('has one inventory event a device, and a finding for each rule asked of what may be surveillance', () => {
    const count = (uid: number): number => events.filter((event) => head.parse(event).class_uid === uid).length;
    expect(count(5001)).toBe(devices.length);
    expect(count(2003)).toBe(devices.filter(({ surveillance }) => surveillance !== false).flatMap(({ verdicts }) => verdicts).length);
  });

  it.each([
    ['an attribute of no class', (event: object) => ({ ...event, colour: 'red' })],
    ['an unknown status', (event: object) => ({ ...event, status_id: 7 })],
    ['a time in seconds', (event: object) => ({ ...event, time: 1_768_442_409 })],
    ['a place without a place', (event: object) => ({ ...event, device: { type_id: 7, uid: 'x', location: { desc: 'HQ' } } })],
    [
      'an interface without anything',
      (event: object) => ({ ...event, device: { type_id: 7, uid: 'x', network_interfaces: [{ type_id: 0 }] } }),
    ],
  ])('would notice %s', (_what, change) => {
    const [inventory, compliance] = linesOf(ocsfTarget.render([DEVICE], [], CONTEXT, {})).map((event) => head.parse(event));
    for (const event of [inventory, compliance]) expect(faultsOf(change(event ?? {}))).not.toBe('');
  });

  it.each([
    ['restricted', 3],
    ['likely-restricted', 3],
    ['needs-review', 2],
    ['unknown', 2],
    ['no-match', 1],
  ] as const)('says %s as status %i', (verdict, status) => {
    const changed = { ...DEVICE, verdicts: DEVICE.verdicts.map((item) => ({ ...item, verdict })) };
    expect(linesOf(ocsfTarget.render([changed], [], CONTEXT, {}))[1]).toMatchObject({ compliance: { status_id: status } });
  });

  it('keeps where a device stands', () => {
    const [event] = linesOf(ocsfTarget.render([DEVICE], [], CONTEXT, {}));
    expect(event).toMatchObject({ device: { groups: [{ name: 'hq' }] } });
    const { enrichments } = z.object({ enrichments: z.array(z.unknown()) }).parse(event);
    expect(enrichments).toContainEqual({ name: 'device.location', value: 'HQ, floor 2', data: {} });
  });

  it('finds nothing in what is no surveillance', () => {
    expect(linesOf(ocsfTarget.render([{ ...DEVICE, surveillance: false }], [], CONTEXT, {}))).toHaveLength(1);
  });
});
