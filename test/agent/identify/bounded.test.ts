import { describe, expect, it } from 'vitest';
import { boundedPattern, isBounded, MAX_STEPS, type Bounded } from '../../../agent/identify/bounded.ts';
import { compileRe2 } from '../../../agent/identify/compile.ts';
import { loadSignatures } from '../../../signatures/load.ts';

type Captures = readonly string[] | undefined;

function byRe2(pattern: string, ignoreCase: boolean): (text: string) => Captures {
  const regex = compileRe2(pattern, ignoreCase);
  return (text) => {
    const matcher = regex.matcher(text);
    return matcher.find() ? Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? '') : undefined;
  };
}

function builtIn({ regex }: Bounded, text: string): Captures {
  const match: readonly (string | undefined)[] | null = regex.exec(text);
  return match?.map((group) => group ?? '');
}

const signatures = loadSignatures().makers.flatMap((maker) => maker.signatures);
const examples = [
  ...new Set(signatures.flatMap((signature) => [...signature.examples, ...signature.counterExamples].map(({ value }) => value))),
].filter((value) => value.length < 200);
const conditions = signatures.flatMap(({ match, also, unless }) => [
  match,
  ...[...(also ?? []), ...(unless ?? [])].map((condition) => condition.match),
]);
const patterns = [
  ...new Set(
    conditions.flatMap((match) =>
      'pattern' in match ? [`${match.ignoreCase === true ? 'i' : '-'}${match.pattern}`] : 'oui' in match ? [`-${match.oui}`] : [],
    ),
  ),
].map((text) => ({ pattern: text.slice(1), ignoreCase: text.startsWith('i') }));

/** Always the same numbers below `below`. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

/** A text made of what stands in the pattern itself: these match, or nearly do. */
function textFor(pattern: string, roll: (below: number) => number): string {
  const alternatives = pattern.replace(/\\[bB^$]|[$^?]|\(\?:/g, '').split('|');
  const pieces = Array.from(alternatives[roll(alternatives.length)] ?? '');
  const classes = 'aZ09 -_./:\n\t"(';
  return pieces
    .flatMap((char) =>
      '[](){}*+\\'.includes(char) ? (roll(2) === 0 ? [] : [classes[roll(classes.length)] ?? '']) : roll(30) === 0 ? [] : [char],
    )
    .join('');
}

describe('agent/identify/bounded', () => {
  it('reads most patterns of the data, and says of every text what RE2 says', { timeout: 240_000 }, () => {
    const roll = dice(7);
    let [bounded, matched] = [0, 0];
    for (const { pattern, ignoreCase } of patterns) {
      const own = boundedPattern(pattern, ignoreCase);
      if (!own) continue;
      bounded++;
      const re2 = byRe2(pattern, ignoreCase);
      const texts = [
        '',
        ...Array.from({ length: 12 }, () => examples[roll(examples.length)] ?? ''),
        ...Array.from({ length: 12 }, () => textFor(pattern, roll)),
      ];
      for (const text of texts.flatMap((text) => [text, text.toUpperCase()])) {
        if (!isBounded(own, text)) continue;
        const expected = re2(text);
        if (expected) matched++;
        expect(builtIn(own, text), `${pattern} on ${JSON.stringify(text)}`).toEqual(expected);
      }
    }
    expect(bounded / patterns.length).toBeGreaterThan(0.6);
    expect(matched).toBeGreaterThan(2000);
  });

  it.each([
    '(a+)+$',
    '(a|b)*c',
    '(?:a?){20}',
    '(?i)a',
    'a(?=b)',
    '\\pLa',
    '\\x41',
    '[[:alpha:]]',
    '((a)|b){2}',
    'caf\u00e9',
    '[]a]',
    'a**',
    '\\1(a)',
  ])('leaves %s alone', (pattern) => {
    expect(boundedPattern(pattern, false)).toBeUndefined();
  });

  it('counts the ways through a pattern', () => {
    const steps = (pattern: string, length: number): number | undefined => boundedPattern(pattern, false)?.steps(length);
    expect(steps('^abc$', 99)).toBe(5 + 100);
    expect(steps('abc', 99)).toBe(3 * 100);
    // One for `^`, one for `a`, a hundred ways on from there.
    expect(steps('^a.*b', 99)).toBe(2 + 100 + 100 + 100);
    expect(steps('^(?:a|b)?c', 99)).toBe(1 + 3 + 3 + 100);
    expect(steps('a.*b.*c', 99)).toBeGreaterThanOrEqual(100 ** 3);
    expect(steps('^[ab]{2,4}x', 99)).toBeGreaterThanOrEqual(5 + 3);
    expect(steps('^(?:a|b){3}x', 99)).toBeGreaterThanOrEqual(2 + 4 + 8 + 8);
    expect(steps('^a|b', 99)).toBe(2 + 100 + 100);
  });

  it('is not asked about texts in which the engines differ, or that could take long', () => {
    const pattern = boundedPattern('a.*b.*c', false);
    if (!pattern) throw new Error('not read');
    expect(isBounded(pattern, 'a b c')).toBe(true);
    expect(isBounded(pattern, 'a\u212Ab')).toBe(false);
    expect(isBounded(pattern, 'a\vb')).toBe(false);
    expect(isBounded(pattern, 'a'.repeat(1000))).toBe(false);
  });

  it('never takes long, whatever it is shown', { timeout: 120_000 }, () => {
    let worst = 0;
    for (const { pattern, ignoreCase } of patterns) {
      const own = boundedPattern(pattern, ignoreCase);
      if (!own) continue;
      // The longest text it may be asked about, made of what keeps it trying.
      let length = 8192;
      while (length > 8 && own.steps(length) > MAX_STEPS) length = Math.floor(length * 0.8);
      const word = textFor(pattern, dice(3)) || 'a';
      for (const text of [word.repeat(length).slice(0, length), ' '.repeat(length), `${word}${'a'.repeat(length)}`.slice(0, length)]) {
        const started = performance.now();
        own.regex.exec(text);
        worst = Math.max(worst, performance.now() - started);
      }
    }
    expect(worst).toBeLessThan(100);
  });
});
