/** Every system and format Camsweep feeds, in the order they are listed to people. One line a target; nothing registers itself. */
import { csvTarget } from './csv/target.ts';
import { glpiFileTarget, glpiTarget } from './glpi/index.ts';
import { jsonlTarget } from './jsonl/target.ts';
import { serviceNowTarget } from './servicenow/index.ts';
import { snipeItTarget } from './snipe-it/index.ts';
import type { Target } from './types.ts';
import { webhookTarget } from './webhook/index.ts';

export const TARGETS: readonly Target[] = [
  jsonlTarget,
  csvTarget,
  glpiTarget,
  glpiFileTarget,
  snipeItTarget,
  serviceNowTarget,
  webhookTarget,
  //
];

export function findTarget(id: string): Target | undefined {
  return TARGETS.find((target) => target.id === id);
}
