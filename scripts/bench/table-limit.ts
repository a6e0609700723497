/**
 * The kernel's neighbour table, made larger for one scenario: its limits are the machine's, not a namespace's. They are put back
 * when the scenario ends; after a kill they stay raised until the next start of the machine, which does no harm.
 */
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';

const FILES = ['gc_thresh1', 'gc_thresh2', 'gc_thresh3'].map((name) => `/proc/sys/net/ipv4/neigh/default/${name}`);
/** Of the limit: what the kernel never tidies up, and beyond which it does so often. */
const SHARES = [1 / 4, 1 / 2, 1];

/** Makes the table hold so many entries at least; returns what puts the limits back, or undefined where this machine does not let us. */
export function raiseTableLimit(entries: number): (() => void) | undefined {
  const before: string[] = [];
  const putBack = (): void => before.forEach((value, index) => writeFileSync(FILES[index] ?? '', value));
  try {
    for (const file of FILES) before.push(readFileSync(file, 'utf8'));
    FILES.forEach((file, index) => writeFileSync(file, String(Math.max(Number(before[index]), entries * (SHARES[index] ?? 1)))));
    return putBack;
  } catch {
    if (canRaiseTableLimit()) putBack();
    return undefined;
  }
}

export function canRaiseTableLimit(): boolean {
  try {
    for (const file of FILES) accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
