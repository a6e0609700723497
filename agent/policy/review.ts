/** Records that nobody has looked at for too long: laws change, and a rule nobody checks is a rumour. Pure. */

export interface Reviewable {
  readonly id: string;
  /** The last day the record counts as looked after. */
  readonly reviewBy: string;
  readonly citations: readonly { readonly checkedOn: string }[];
}

/** One line for each record that is past its day; `today` is a day such as 2026-01-15. */
export function overdue(records: readonly Reviewable[], today: string): string[] {
  return records
    .filter(({ reviewBy }) => reviewBy < today)
    .map(({ id, reviewBy, citations }) => {
      const checked = citations.map(({ checkedOn }) => checkedOn).sort();
      return `policy ${id}: to be reviewed by ${reviewBy}, last checked ${checked.at(-1) ?? 'never'}: check its sources again`;
    });
}
