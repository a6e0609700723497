/** Every system and format Camsweep feeds, in the order they are listed to people. One line a target; nothing registers itself. */
import { cefTarget } from './cef/target.ts';
import { csvTarget } from './csv/target.ts';
import { cyclonedxTarget } from './cyclonedx/target.ts';
import { ecsTarget } from './ecs/target.ts';
import { glpiFileTarget, glpiTarget } from './glpi/index.ts';
import { jsonlTarget } from './jsonl/target.ts';
import { netBoxTarget } from './netbox/index.ts';
import { ocsfTarget } from './ocsf/target.ts';
import { prometheusTarget } from './prometheus/target.ts';
import { serviceNowTarget } from './servicenow/index.ts';
import { snipeItTarget } from './snipe-it/index.ts';
import type { Target } from './types.ts';
import { webhookTarget } from './webhook/index.ts';

// prettier-ignore
export const TARGETS: readonly Target[] = [
  netBoxTarget,
  glpiTarget,
  snipeItTarget,
  serviceNowTarget,
  webhookTarget,
  //
  jsonlTarget,
  csvTarget,
  glpiFileTarget,
  //
  cefTarget,
  ocsfTarget,
  ecsTarget,
  prometheusTarget,
  cyclonedxTarget,
];

export function findTarget(id: string): Target | undefined {
  return TARGETS.find((target) => target.id === id);
}
