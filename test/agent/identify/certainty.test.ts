import { describe, expect, it } from 'vitest';
import { RULES, certaintyOf } from '../../../agent/identify/certainty.ts';
import type { Evidence } from '../../../agent/identify/types.ts';
import type { Strength } from '../../../signatures/schema.ts';

function evidence(channel: string, strength: Strength): Evidence {
  const observation = { field: 'x', value: 'y', recording: 'r', protocol: 'http', address: '127.0.0.1' };
  return {
    signature: `${channel}.${strength}`,
    field: 'x',
    value: 'y',
    channel,
    strength,
    why: '',
    recording: 'r',
    observation,
    asserts: {},
  };
}

describe('agent/identify/certainty', () => {
  it.each([
    [[['vendor', 'proof']], 'confirmed'],
    [
      [
        ['vendor', 'proof'],
        ['web', 'weak'],
      ],
      'confirmed',
    ],
    [
      [
        ['web', 'strong'],
        ['rtsp', 'strong'],
      ],
      'confirmed',
    ],
    [[['web', 'strong']], 'probable'],
    [
      [
        ['web', 'strong'],
        ['web', 'strong'],
      ],
      'probable',
    ],
    [
      [
        ['web', 'strong'],
        ['link', 'weak'],
      ],
      'probable',
    ],
    [
      [
        ['web', 'weak'],
        ['link', 'weak'],
        ['rtsp', 'weak'],
      ],
      'possible',
    ],
    [[['link', 'weak']], 'possible'],
  ] as const)('%j is %s', (items, expected) => {
    expect(certaintyOf(items.map(([channel, strength]) => evidence(channel, strength)))).toBe(expected);
  });

  it('says nothing without evidence', () => {
    expect(certaintyOf([])).toBeUndefined();
  });

  it('has a reason in words for every row', () => {
    for (const { because } of RULES) expect(because.length).toBeGreaterThan(5);
  });
});
