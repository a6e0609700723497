import { describe, expect, it } from 'vitest';
import { jsonParts, jsonText } from '../../../agent/report/json.ts';

describe('agent/report/json', () => {
  it('escapes what would reorder a line, and reads back equal', () => {
    const hostile = { model: 'cam\u202egpj.exe', name: '\u001b[31mred\u009b', zero: 'a\u200bb', plain: 'Kamera Süd 摄像机' };
    const text = jsonText(hostile, 2);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
    expect(JSON.parse(text)).toEqual(hostile);
    expect(text).toContain('Süd 摄像机');
  });

  it.each([[[]], [[1]], [[{ a: 'x\ny', b: [] }, {}, 'a\u200bb', [1, { c: null }]]]])(
    'gives %j in pieces that together are the whole',
    (items) => {
      const head = { devices: 'replaced', version: 1, coverage: { asked: [3, ']'] } };
      const { version, coverage } = head;
      expect([...jsonParts(head, 'devices', items)].join('')).toBe(jsonText({ version, coverage, devices: items }, 2));
      expect([...jsonParts(head, 'devices', items)]).toHaveLength(items.length + 1);
    },
  );
});
