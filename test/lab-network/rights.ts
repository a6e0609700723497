/** What this process may do: in a user namespace of one's own (no root on the machine) programs cannot become another user. */
import { readFileSync } from 'node:fs';

const NOBODY = 65534;

/** True where the user nobody exists for the kernel: daemons that give up their rights start only then. */
export const canBecomeNobody = uidMap()
  .split('\n')
  .map((line) => line.trim().split(/\s+/).map(Number))
  .some(([first = NaN, , count = 0]) => NOBODY >= first && NOBODY < first + count);

function uidMap(): string {
  try {
    return readFileSync('/proc/self/uid_map', 'utf8');
  } catch {
    return ''; // not Linux: nothing of the lab runs there
  }
}
