import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bomOf, cyclonedxTarget } from '../../../agent/export/cyclonedx/target.ts';
import { ecsDocument, ecsTarget } from '../../../agent/export/ecs/target.ts';
import { ocsfTarget } from '../../../agent/export/ocsf/target.ts';
import { prometheusTarget } from '../../../agent/export/prometheus/target.ts';
import { ATTACKS, CONTEXT, DEVICE, hostile } from './samples.ts';

const devices = [DEVICE, ...ATTACKS.map(hostile)];
const INVISIBLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/;
const lines = (text: string): unknown[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));

describe('OCSF', () => {
  const text = ocsfTarget.render(devices, [], CONTEXT, {});
  /** Required by base_event, inventory_info 5001, finding 2003 and the objects they hold. */
  const base = {
    activity_id: z.int(),
    category_uid: z.int(),
    class_uid: z.int(),
    type_uid: z.int(),
    severity_id: z.int().min(0).max(6),
    time: z.int(),
  };
  const metadata = z.looseObject({ version: z.string(), product: z.looseObject({ name: z.string(), vendor_name: z.string() }) });
  const device = z.looseObject({
    type_id: z.literal(7),
    uid: z.string(),
    network_interfaces: z.array(z.looseObject({ type_id: z.int(), ip: z.string() })),
  });
  const inventoryInfo = z.looseObject({ ...base, class_uid: z.literal(5001), category_uid: z.literal(5), metadata, device });
  const finding = z.looseObject({
    ...{ ...base, class_uid: z.literal(2003), category_uid: z.literal(2), metadata, device },
    finding_info: z.looseObject({ uid: z.string(), title: z.string() }),
    compliance: z.looseObject({
      standards: z.array(z.string()).min(1),
      control: z.string(),
      status_id: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    }),
    resources: z.array(z.looseObject({ uid: z.string() })),
  });

  it('has the required attributes of its classes, and numbers that agree', () => {
    const events = z.array(z.union([inventoryInfo, finding])).parse(lines(text));
    expect(events).toHaveLength(devices.length * 2);
    for (const { type_uid, class_uid, activity_id } of events) expect(type_uid).toBe(class_uid * 100 + activity_id);
    expect(text).not.toMatch(INVISIBLE);
  });

  it.each([
    ['restricted', 3],
    ['likely-restricted', 3],
    ['needs-review', 2],
    ['unknown', 2],
    ['no-match', 1],
  ] as const)('says %s as status %i', (verdict, status) => {
    const changed = { ...DEVICE, verdicts: DEVICE.verdicts.map((item) => ({ ...item, verdict })) };
    expect(lines(ocsfTarget.render([changed], [], CONTEXT, {}))[1]).toMatchObject({ compliance: { status_id: status } });
  });

  it('finds nothing in what is no surveillance', () => {
    expect(lines(ocsfTarget.render([{ ...DEVICE, surveillance: false }], [], CONTEXT, {}))).toHaveLength(1);
  });
});

describe('ECS', () => {
  it('has fields of the schema only, in their types', () => {
    const field = z.string();
    const schema = z.strictObject({
      '@timestamp': z.iso.datetime(),
      ecs: z.strictObject({ version: field }),
      message: field,
      event: z.strictObject({
        ...{ kind: z.literal('asset'), category: z.tuple([z.literal('host')]), type: z.tuple([z.literal('info')]) },
        ...{ module: field, dataset: field, start: z.iso.datetime(), end: z.iso.datetime(), reason: field },
      }),
      host: z.strictObject({
        ...{ id: field, name: field, type: field.optional(), ip: z.array(z.union([z.ipv4(), z.ipv6()])) },
        mac: z.array(z.string().regex(/^[A-F0-9]{2}(-[A-F0-9]{2}){5}$/)).optional(),
      }),
      device: z.strictObject({
        id: field,
        manufacturer: field.optional(),
        model: z.strictObject({ identifier: field }).optional(),
        serial_number: field.optional(),
      }),
      observer: z.strictObject({ product: field, vendor: field, type: field, version: field }),
      rule: z.strictObject({ name: z.array(field), description: z.array(field) }).optional(),
      related: z.strictObject({ ip: z.array(field), hosts: z.array(field) }),
      tags: z.array(field),
      labels: z.record(z.string().regex(/^[a-z_]+$/), field),
    });
    for (const device of devices) schema.parse(ecsDocument(device, CONTEXT));
  });

  it('gives a document the stable key, so that a later run replaces it', () => {
    const text = ecsTarget.render(devices, [], CONTEXT, {});
    expect(lines(text).map((line) => z.looseObject({ _id: z.string() }).parse(line)._id)).toEqual(devices.map(({ key }) => key));
    expect(text).not.toMatch(INVISIBLE);
  });
});

describe('Prometheus textfile', () => {
  const text = prometheusTarget.render(devices, [], CONTEXT, {});

  it('counts, and names no device', () => {
    expect(text).toContain('camsweep_flagged_devices{site="hq",status="present"} 1\n');
    expect(text).toContain('camsweep_targets{site="hq",outcome="alive"} 12\n');
    expect(text).toContain('camsweep_last_scan_timestamp_seconds{site="hq"} 1768442409\n');
    expect(text).not.toContain(DEVICE.key);
    expect(text).not.toContain('44:19');
  });

  it('keeps to the grammar: one help and type before each family, no sample twice, no time stamp, hostile labels inside quotes', () => {
    const seen = new Set<string>();
    let family = '';
    expect(text.endsWith('\n')).toBe(true);
    for (const line of text.slice(0, -1).split('\n')) {
      const help = /^# HELP ([a-z_]+) \S/.exec(line);
      if (help) {
        family = help[1] ?? '';
        expect(seen.has(family)).toBe(false);
        seen.add(family);
        continue;
      }
      if (line === `# TYPE ${family} gauge`) continue;
      const sample = /^([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*\}) (\d+)$/.exec(line);
      expect(sample?.[1], line).toBe(family);
      expect(seen.has(`${family}${sample?.[2]}`), line).toBe(false);
      seen.add(`${family}${sample?.[2]}`);
    }
  });

  it('pleases promtool', ({ skip }) => {
    const tool = spawnSync('promtool', ['check', 'metrics'], { input: text });
    skip(tool.error !== undefined, 'promtool is missing: it is in the Debian package prometheus');
    expect([tool.status, tool.stderr.toString()]).toEqual([0, '']);
  });
});

describe('CycloneDX', () => {
  const schema = (name: string): Record<string, unknown> =>
    z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(`test/fixtures/schemas/${name}.schema.json`, 'utf8')));
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema(schema('spdx'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json');
  ajv.addSchema(schema('jsf-0.82'), 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json');
  const validate = ajv.compile(schema('bom-1.6'));
  const text = cyclonedxTarget.render(devices, [], CONTEXT, { namespace: '' });

  it('is valid under bom-1.6.schema.json', () => {
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...z.looseObject({}).parse(JSON.parse(text)), version: 'x' })).toBe(false);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/);
  });

  it('keeps its serial number for the same sites, and counts scans', () => {
    const later = {
      ...CONTEXT,
      at: '2026-02-01T00:00:00.000Z',
      scans: CONTEXT.scans.map((scan) => ({ ...scan, uid: 'scan-2', number: 2 })),
    };
    const head = z.object({ serialNumber: z.string(), version: z.int() });
    const [first, second, other] = [bomOf(devices, CONTEXT, ''), bomOf([], later, ''), bomOf([], CONTEXT, 'another')].map((bom) =>
      head.parse(bom),
    );
    expect(second?.serialNumber).toBe(first?.serialNumber);
    expect([first?.version, second?.version]).toEqual([1, 2]);
    expect(other?.serialNumber).not.toBe(first?.serialNumber);
  });

  it('has each device with its firmware inside and the evidence for it', () => {
    const { components } = z
      .object({ components: z.array(z.looseObject({ type: z.string(), 'bom-ref': z.string() })) })
      .parse(JSON.parse(text));
    expect(components[0]).toMatchObject({
      ...{ type: 'device', 'bom-ref': DEVICE.key, name: DEVICE.model, manufacturer: { name: 'ANNKE' }, supplier: { name: 'Hikvision' } },
      components: [{ type: 'firmware', version: DEVICE.firmware }],
      evidence: { identity: [{ field: 'name', concludedValue: DEVICE.model, methods: [{ technique: 'other', confidence: 1 }] }] },
    });
    const refs = components.map((component) => component['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
  });
});
