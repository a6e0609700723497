/** `--fail-on`: what a scan's exit code should tell a monitor. Pure. */
import { CamsweepError } from '../errors.ts';
import type { Parser } from './parsers.ts';

const WORDS = ['restricted', 'new-restricted', 'surveillance'] as const;

export type FailCondition = { readonly kind: (typeof WORDS)[number] } | { readonly kind: 'coverage'; readonly belowPercent: number };

const COVERAGE = /^coverage\s*<\s*(\d{1,3}(?:\.\d+)?)\s*%?$/;

/** Several words with commas; `nothing` alone switches it off again. */
export const failConditions: Parser<readonly FailCondition[]> = (texts, place) => {
  const words = texts.flatMap((text) => text.split(',')).map((text) => text.trim());
  if (words.length === 1 && words[0] === 'nothing') return [];
  return words.map((text): FailCondition => {
    const word = WORDS.find((known) => known === text);
    if (word !== undefined) return { kind: word };
    const percent = Number(COVERAGE.exec(text)?.[1] ?? Number.NaN);
    if (percent > 0 && percent <= 100) return { kind: 'coverage', belowPercent: percent };
    throw new CamsweepError('option-invalid', `${place}: "${text}": expected ${WORDS.join(', ')}, coverage<99 or nothing`);
  });
};
