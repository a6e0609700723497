import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ecsDocument, ecsTarget } from '../../../../agent/export/ecs/target.ts';
import type { ExportDevice } from '../../../../agent/export/types.ts';
import { DEVICES } from '../devices.ts';
import { INVISIBLE, linesOf } from '../lines.ts';
import { EMPTY, RANDOM_DEVICES } from '../random-devices.ts';
import { ATTACKS, CONTEXT, DEVICE, hostile } from '../samples.ts';
import { ECS_PUBLISHED, FIELD_COUNT, faultsOf } from './fields.ts';

const devices: readonly ExportDevice[] = [DEVICE, ...ATTACKS.map(hostile), EMPTY, ...Object.values(DEVICES), ...RANDOM_DEVICES];

describe('ECS', () => {
  it('has fields that Elastic publishes and no others, in their types, one value where one is meant', () => {
    expect(FIELD_COUNT).toBeGreaterThan(2000);
    for (const device of devices) expect(faultsOf(ecsDocument(device, CONTEXT)), device.key).toEqual([]);
  });

  it('names the version it was checked against', () => {
    expect(ecsDocument(DEVICE, CONTEXT)).toMatchObject({ ecs: { version: ECS_PUBLISHED } });
  });

  it.each([
    ['device', { device: { firmware: 'x' } }, 'device.firmware: no field of ECS'],
    ['type', { '@timestamp': 'yesterday' }, '@timestamp: "yesterday": expected date'],
    ['address', { host: { ip: ['192.0.2.256'] } }, 'host.ip: "192.0.2.256": expected ip'],
    ['MAC', { host: { mac: ['44:19:b6:00:00:01'] } }, 'host.mac: 44:19:b6:00:00:01: expected'],
    ['list', { rule: { name: ['a', 'b'] } }, 'rule.name: expected one value, not a list'],
    ['no list', { tags: 'a' }, 'tags: expected a list'],
    ['word', { event: { kind: 'camera' } }, 'event.kind: camera: not allowed'],
    ['pair', { event: { category: ['email'], type: ['user'] } }, 'event.type: user: not of its category'],
    ['label', { labels: { a: 1 } }, 'labels: a: expected a flat keyword'],
    ['gap', { ecs: {} }, 'ecs.version: is missing'],
  ])('would notice a wrong %s', (_what, change, fault) => {
    const faults = faultsOf({ ...ecsDocument(DEVICE, CONTEXT), ...change });
    expect(
      faults.some((one) => one.startsWith(fault)),
      faults.join('; '),
    ).toBe(true);
  });

  it('says the gravest rule, and all of them as tags', () => {
    const [verdict] = DEVICE.verdicts;
    if (verdict === undefined) throw new Error('no verdict');
    const verdicts = [
      { ...verdict, policy: 'a', verdict: 'needs-review' as const },
      { ...verdict, policy: 'b' },
      { ...verdict, policy: 'c', verdict: 'no-match' as const },
    ];
    expect(ecsDocument({ ...DEVICE, verdicts }, CONTEXT)).toMatchObject({
      rule: { name: 'b', description: 'Canada federal' },
      tags: ['restricted', 'present', 'policy:a', 'policy:b'],
    });
  });

  it('gives a document the stable key, so that a later run replaces it', () => {
    const text = ecsTarget.render(devices, [], CONTEXT, {});
    expect(linesOf(text).map((line) => z.looseObject({ _id: z.string() }).parse(line)._id)).toHaveLength(devices.length);
    expect(z.looseObject({ _id: z.string() }).parse(linesOf(text)[0])._id).toBe(DEVICE.key);
    expect(text).not.toMatch(INVISIBLE);
  });
});
