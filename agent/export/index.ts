/** Every system and format Camsweep feeds, in the order they are listed to people. One line a target; nothing registers itself. */
import { csvTarget } from './csv/target.ts';
import { jsonlTarget } from './jsonl/target.ts';
import type { Target } from './types.ts';

export const TARGETS: readonly Target[] = [
  jsonlTarget,
  csvTarget,
  //
];

export function findTarget(id: string): Target | undefined {
  return TARGETS.find((target) => target.id === id);
}
