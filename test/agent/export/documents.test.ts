import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bomOf, cyclonedxTarget } from '../../../agent/export/cyclonedx/target.ts';
import { prometheusTarget } from '../../../agent/export/prometheus/target.ts';
import { ATTACKS, CONTEXT, DEVICE, hostile } from './samples.ts';

const devices = [DEVICE, ...ATTACKS.map(hostile)];

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
