/**
 * Exceptions: somebody with the right to decide lets a device stay for a while, with a reason, a mitigation and a last day. Pure.
 * What a device is does not change by it: the verdict stands, it is shown as excepted, and the day after the last day it is a finding
 * again. Table, reports, exporters and exit code ask the same functions.
 */
import { normaliseMac } from '../../probes/text.ts';

/** Who is meant; everything named has to fit. */
export interface ExceptedDevice {
  readonly key?: string | undefined;
  readonly serial?: string | undefined;
  readonly mac?: string | undefined;
  /** Goes with `site`: where nothing better is known of the device. Whatever is at that address is excepted. */
  readonly address?: string | undefined;
  readonly site?: string | undefined;
}

export interface PolicyException {
  readonly id: string;
  readonly device: ExceptedDevice;
  /** Null: under every policy. */
  readonly policy: string | null;
  readonly reason: string;
  readonly approver: string;
  readonly mitigation: string;
  /** Days, both included: 2026-01-15. */
  readonly from: string;
  readonly expires: string;
  /** Keys and identifiers the inventory knows the device by, where it knows it: `mac:…`, `serial:…`. Not said in the file. */
  readonly knownAs?: readonly string[] | undefined;
}

/** What a device is known by; of a device of the inventory or of one that was just scanned. */
export interface ExceptionSubject {
  /** Keys it has or had, and those it could have: `mac:…`, `serial:…`. */
  readonly keys: readonly string[];
  readonly identifiers: readonly { readonly kind: string; readonly value: string }[];
  /** Where it is now. */
  readonly addresses: readonly string[];
  readonly site: string;
}

/** `future`: approved, and not in force yet. */
export type ExceptionState = 'covered' | 'expired' | 'future';

/** An exception as it is shown on a verdict. */
export interface ExceptionMark {
  readonly id: string;
  readonly state: ExceptionState;
  /** The last day it holds. */
  readonly expires: string;
  readonly reason: string;
}

export interface PolicyCover {
  readonly policy: string;
  readonly covered: boolean;
  /** One held, and none does now. */
  readonly expired: boolean;
  /** The one that decides: the longest in force, else the one that ran out last, else the next to begin. */
  readonly exception: PolicyException | undefined;
}

/** For each policy: is the device excepted today? `today` is a day such as 2026-01-15. */
export function coverOf(
  subject: ExceptionSubject,
  policies: readonly string[],
  exceptions: readonly PolicyException[],
  today: string,
): PolicyCover[] {
  const meant = exceptions.filter((exception) => isMeant(exception, subject));
  return policies.map((policy) => {
    const list = meant.filter((exception) => exception.policy === null || exception.policy === policy);
    const latest = (state: ExceptionState): PolicyException | undefined =>
      list.filter((exception) => stateOf(exception, today) === state).sort((a, b) => (a.expires < b.expires ? 1 : -1))[0];
    const [covering, expired] = [latest('covered'), latest('expired')];
    return {
      policy,
      covered: covering !== undefined,
      expired: covering === undefined && expired !== undefined,
      exception: covering ?? expired ?? latest('future'),
    };
  });
}

/** Verdicts with the exception that names each; a verdict nothing names is left as it is. */
export function withExceptions<V extends { readonly policy: string }>(
  verdicts: readonly V[],
  subject: ExceptionSubject,
  exceptions: readonly PolicyException[],
  today: string,
): (V & { readonly exception?: ExceptionMark })[] {
  if (exceptions.length === 0) return [...verdicts];
  const policies = verdicts.map(({ policy }) => policy);
  const covers = new Map(coverOf(subject, policies, exceptions, today).map((cover) => [cover.policy, cover.exception] as const));
  return verdicts.map((verdict) => {
    const exception = covers.get(verdict.policy);
    if (!exception) return verdict;
    const { id, expires, reason } = exception;
    return { ...verdict, exception: { id, state: stateOf(exception, today), expires, reason } };
  });
}

export function stateOf({ from, expires }: Pick<PolicyException, 'from' | 'expires'>, today: string): ExceptionState {
  if (today < from) return 'future';
  return today <= expires ? 'covered' : 'expired';
}

/** `excepted until 2026-12-31 (lease ends)`: a person wrote the reason, so it is no device text. */
export function describeMark({ id, state, expires, reason }: ExceptionMark): string {
  if (state === 'covered') return `excepted until ${expires} (${reason})`;
  if (state === 'expired') return `exception ${id} expired on ${expires}: a finding again`;
  return `exception ${id} is not in force yet`;
}

/** Does it name this device? By everything it says, or by what the inventory knows that device as. */
export function isMeant({ device, knownAs = [] }: Pick<PolicyException, 'device' | 'knownAs'>, subject: ExceptionSubject): boolean {
  const { key, serial, mac, address, site } = device;
  if (site !== undefined && subject.site !== site) return false;
  if (knownAs.some((known) => subject.keys.includes(known))) return true;
  if (key === undefined && serial === undefined && mac === undefined && address === undefined) return false;
  return (
    (key === undefined || subject.keys.includes(key)) &&
    (serial === undefined || has(subject, ['serial'], (value) => isSerial(value, serial))) &&
    (mac === undefined || has(subject, ['mac', 'claimed-mac'], (value) => value === (normaliseMac(mac) ?? mac))) &&
    (address === undefined || subject.addresses.includes(address))
  );
}

function has({ identifiers }: ExceptionSubject, kinds: readonly string[], fits: (value: string) => boolean): boolean {
  return identifiers.some(({ kind, value }) => kinds.includes(kind) && fits(value));
}

const MIN_COMMON_TAIL = 8;

/** Equal, or the end of what the device shows: some protocols leave the model in front away. */
function isSerial(shown: string, wanted: string): boolean {
  const [a, b] = [shown.trim().toUpperCase(), wanted.trim().toUpperCase()];
  return a === b || (b.length >= MIN_COMMON_TAIL && a.endsWith(b)) || (a.length >= MIN_COMMON_TAIL && b.endsWith(a));
}
