/** What ServiceNow says of one item, as what happens to one device. Pure. */
import { printable } from '../../../probes/text.ts';
import type { ItemResult } from './schema.ts';

export type Outcome =
  | { readonly kind: 'insert' | 'update' | 'unchanged'; readonly sysId: string | undefined; readonly byName: boolean }
  /** Several records match: a person has to look. */
  | { readonly kind: 'conflict'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

const MULTIPLE = /MULTI|DUPLICATE/i;
const UNKNOWN_ID = /^unknown$/i;

/** `nameColumn`: an item that was found by its name must keep it. */
export function outcomeOf(
  { operation, sysId, errorCount, errors, identificationAttempts }: ItemResult,
  nameColumn: string | null,
): Outcome {
  const attempts = identificationAttempts ?? [];
  const words = (errors ?? []).map(({ error, message }) => [error, message].filter((part) => typeof part === 'string').join(': '));
  const why = printable(words.join('; '), 300);
  if (attempts.some(({ attemptResult }) => attemptResult === 'MULTI_MATCH') || words.some((word) => MULTIPLE.test(word))) {
    return { kind: 'conflict', why: why === '' ? 'several configuration items match' : why };
  }
  if ((errorCount ?? 0) > 0 || words.length > 0)
    return { kind: 'refused', why: why === '' ? `${errorCount ?? 0} errors, without a word` : why };
  const matched = attempts.filter(({ attemptResult }) => attemptResult === 'MATCHED');
  const id = sysId === null || sysId === undefined || UNKNOWN_ID.test(sysId) ? undefined : sysId;
  const byName = nameColumn !== null && matched.some(({ attributes }) => attributes?.includes(nameColumn) === true);
  if (operation === 'INSERT') return { kind: 'insert', sysId: id, byName };
  if (operation === 'NO_CHANGE') return { kind: 'unchanged', sysId: id, byName };
  if (operation?.startsWith('UPDATE') === true) return { kind: 'update', sysId: id, byName };
  if (operation?.startsWith('INSERT_AS_') === true)
    return { kind: 'refused', why: `kept as an incomplete payload (${operation}), not as a configuration item` };
  return { kind: 'refused', why: `unexpected operation "${printable(operation ?? '')}"` };
}
