/** Texts of options → values. Each throws CamsweepError `option-invalid` with the place and what was expected. Pure. */
import { CamsweepError } from '../errors.ts';

/** From the texts given for an option: one for a scalar, several for a list. `place` says where they stood. */
export type Parser<T> = (texts: readonly string[], place: string) => T;

/** An empty text is a mistake (`"$TARGET"` that was never set): taken for "nothing said", it would scan the whole network. */
export const strings = (texts: readonly string[], place: string): string[] => {
  const empty = texts.find((text) => /^[\s,]*$/.test(text));
  if (empty !== undefined) throw new CamsweepError('option-invalid', `${place} "${empty}": expected a value`);
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
};

export function last(texts: readonly string[], place: string): string {
  const text = texts.at(-1)?.trim();
  if (text === undefined || text === '') throw new CamsweepError('option-invalid', `${place}: expected a value`);
  return text;
}

export function number(min: number, max: number, unit: string): Parser<number> {
  return (texts, place) => {
    const text = last(texts, place);
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || value < min || value > max) {
      throw new CamsweepError(
        'option-invalid',
        `${place}: "${text}": expected a number from ${min} to ${max}${unit === '' ? '' : ` (${unit})`}`,
      );
    }
    return value;
  };
}

export function seconds(min: number, max: number): Parser<number> {
  const parse = number(min, max, 'seconds');
  return (texts, place) => Math.round(1000 * parse(texts, place));
}

export function choice<const T extends string>(words: readonly T[]): Parser<T> {
  return (texts, place) => {
    const text = last(texts, place);
    const word = words.find((known) => known === text);
    if (word === undefined) throw new CamsweepError('option-invalid', `${place}: "${text}": expected one of ${words.join(', ')}`);
    return word;
  };
}

const SITE = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;

export function isSiteName(text: string): boolean {
  return SITE.test(text);
}

export function siteName(texts: readonly string[], place: string): string {
  const text = last(texts, place);
  if (!isSiteName(text))
    throw new CamsweepError('option-invalid', `${place}: "${text}": expected letters, digits, blanks, dots and dashes`);
  return text;
}
