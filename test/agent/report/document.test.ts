import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../agent/policy/types.ts';
import { compareWithManifest, manifestOf } from '../../../agent/report/attest.ts';
import { describeDevice } from '../../../agent/report/device.ts';
import { groupOf, headlineOf, percentOf, percentText, totalCoverage, type ReportDevice } from '../../../agent/report/document.ts';
import { renderHtml } from '../../../agent/report/html.ts';
import { documentOf, reportDevice } from './document-of.ts';
import { identityOf } from './observed.ts';

const base = { policy: 'p', title: 'p', because: 'b' } as const;
const exception = { id: 'e', state: 'covered', expires: '2999-01-01', reason: 'r' } as const;
const restricted: Verdict = { ...base, verdict: 'restricted', certainty: 'confirmed', basis: 'maker' };
const hint: Verdict = { ...base, verdict: 'needs-review', certainty: 'possible', basis: 'rebrand' };
const none: Verdict = { ...base, verdict: 'no-match', certainty: null, basis: 'none' };

const device = (more: Partial<ReportDevice>): ReportDevice =>
  reportDevice(describeDevice({ address: '192.0.2.7', identity: identityOf(), observations: [], verdicts: [] }), {
    maker: 'Hikvision',
    ...more,
  });

describe('agent/report/document', () => {
  it.each([
    ['flagged', [none, restricted], 'present', true],
    ['flagged', [restricted, { ...restricted, exception }], 'missing', null],
    ['flagged', [{ ...restricted, exception: { ...exception, state: 'expired' } }], 'present', true],
    ['excepted', [{ ...restricted, exception }], 'present', true],
    ['review', [hint], 'present', true],
    ['surveillance', [none], 'present', true],
    ['unknown', [], 'present', null],
    ['cleared', [none], 'present', false],
    ['gone', [restricted], 'gone', true],
  ] as const)('puts it among the %s', (group, verdicts, presence, surveillance) => {
    expect(groupOf({ verdicts, surveillance }, presence)).toBe(group);
  });

  it.each([
    [{ addresses: 256, excluded: 2, notReached: 0 }, 100],
    [{ addresses: 10_000, excluded: 0, notReached: 1 }, 99.9],
    [{ addresses: 154, excluded: 4, notReached: 2 }, 98.6],
    [{ addresses: 4, excluded: 4, notReached: 0 }, null],
  ])('never rounds coverage up: %j', (counts, percent) => {
    expect(percentOf(counts)).toBe(percent);
  });

  it('says in one line what was found, where, and how much was asked', () => {
    const subnet = (number: number): Parameters<typeof totalCoverage>[0][number] => ({
      subnet: `10.0.${number}.0/24`,
      addresses: 256,
      alive: 9,
      silent: 240,
      excluded: 0,
      notReached: 7,
    });
    const coverage = totalCoverage([subnet(1), subnet(2), subnet(3)]);
    const found = [
      device({ subnet: '10.0.1.0/24' }),
      device({ subnet: '10.0.1.0/24', brand: 'ANNKE' }),
      device({ subnet: '10.0.3.0/24', brand: 'Hikvision' }),
    ];
    expect(headlineOf(found, coverage).text).toBe('3 restricted devices in 2 of 3 subnets, 1 rebrand; coverage 97.2 %');
    expect(headlineOf([device({ group: 'excepted' })], coverage).text).toBe('No restricted device in 3 subnets; coverage 97.2 %');
    expect(headlineOf(found, null).text).toBe('3 restricted devices in 2 subnets, 1 rebrand; coverage unknown');
    expect(percentText(null)).toBe('unknown');
  });
});

describe('agent/report/html', () => {
  const html = renderHtml(
    documentOf([
      device({ brand: 'ANNKE', verdicts: [{ ...restricted, policy: 'rule-1', title: 'Rule one' }] }),
      device({ group: 'surveillance', address: '192.0.2.8' }),
    ]),
  );

  it('asks for nothing from elsewhere and runs nothing', () => {
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<(script|img|iframe|link|object|embed|form)\b|\son[a-z]+=|url\(|@import/i);
    expect([...html.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, url]) => url).filter((url) => !url?.startsWith('#'))).toEqual([
      'https://example.org/text',
    ]);
  });

  it('can be read without seeing it: one main, one h1, no level left out, tables with caption and scope, charts with text', () => {
    expect([...html.matchAll(/<(main|h1|header|footer)\b/g)].map(([, tag]) => tag)).toEqual(['header', 'h1', 'main', 'footer']);
    const levels = [...html.matchAll(/<h([1-6])\b/g)].map(([, level]) => Number(level));
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
    const count = (pattern: RegExp): number => [...html.matchAll(pattern)].length;
    expect(count(/<table>/g)).toBeGreaterThan(2);
    expect(count(/<caption>/g)).toBe(count(/<table>/g));
    expect(count(/<th>/g)).toBe(0);
    expect(count(/<svg [^>]*role="img" aria-labelledby="[^"]+"><title id="[^"]+">[^<]+<\/title><desc id="[^"]+">[^<]+<\/desc>/g)).toBe(
      count(/<svg\b/g),
    );
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(
      [...html.matchAll(/(?:href="#|labelledby=")([^"]+)"/g)].flatMap(([, list = '']) => list.split(' ')).filter((id) => !ids.includes(id)),
    ).toEqual([]);
  });

  it('says what it is sold as and who made it, in words and not by colour alone, and unfolds to the bytes', () => {
    expect(html).toContain('sold as ANNKE, made by Hikvision');
    expect(html).toMatch(/Matches rule<\/strong> Rule one/);
    const [one] = documentOf([
      device({
        evidence: [{ signature: 's', field: 'f', value: 'v', strength: 'proof', channel: 'web', recording: 'r', bytes: ['0000  61 62'] }],
      }),
    ]).devices;
    expect(renderHtml(documentOf(one ? [one] : []))).toMatch(/<details><summary>Bytes of r<\/summary><pre[^>]*>0000 {2}61 62<\/pre>/);
  });
});

describe('agent/report/attest', () => {
  const files = new Map([
    ['b.txt', Buffer.from('b')],
    ['a.txt', Buffer.from('a')],
  ]);

  it.each([
    ['nothing', (text: string) => text, []],
    ['a way out of the folder', (text: string) => text.replace('a.txt', '../a.txt'), [/no line of a manifest/, /extra: a.txt/]],
    ['a line twice', (text: string) => `${text}${text.split('\n')[0] ?? ''}\n`, [/lists a.txt twice/]],
    ['an end that is cut off', (text: string) => text.slice(0, -1), [/its end is missing/, /extra: b.txt/]],
    ['no line', () => '', [/its end is missing/, /lists no file/, /extra: a.txt/, /extra: b.txt/]],
    ['a wrong sum', (text: string) => text.replace(/^[0-9a-f]{8}/, '00000000'), [/changed: a.txt/]],
  ] as const)('finds %s in a manifest', (_, change, expected) => {
    const { faults } = compareWithManifest(change(manifestOf(files)), files);
    expect([...expected].filter((pattern) => !faults.some((fault) => pattern.test(fault)))).toEqual([]);
    expect(faults).toHaveLength(expected.length);
  });
});
