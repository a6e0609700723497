/** `camsweep policies list|show`: which rules there are, and what each says. */
import { systemClock } from '../clock.ts';
import type { ScanSettings } from '../config/settings.ts';
import { CamsweepError, EXIT } from '../errors.ts';
import { overdue } from '../policy/review.ts';
import { renderColumns } from '../report/columns.ts';
import { jsonText } from '../report/json.ts';
import { describePolicy } from '../report/policy.ts';
import { loadData } from './engine.ts';
import type { Io } from './io.ts';

export function listPolicies({ policies: chosen }: Pick<ScanSettings, 'policies'>, json: boolean, io: Io): number {
  const { policies } = loadData();
  if (json) {
    const list = policies.map((policy) => ({ ...policy, chosen: chosen.includes(policy.id) }));
    io.out(`${jsonText({ schemaVersion: 1, policies: list }, 2)}\n`);
    return EXIT.done;
  }
  const rows = policies.map(({ id, jurisdiction, status, effect, title }) => [
    chosen.includes(id) ? '*' : ' ',
    id,
    jurisdiction,
    status,
    effect.join(', '),
    title,
  ]);
  io.out(renderColumns(['', 'ID', 'WHERE', 'STATUS', 'EFFECT', 'TITLE'], rows, io.outIsTerminal ? io.columns : 0));
  io.say('* chosen (--policy, CAMSWEEP_POLICY or policy in camsweep.yaml). camsweep policies show ID says more.');
  for (const line of overdue(policies, systemClock.timestamp().slice(0, 10))) io.say(`note: ${line}`);
  return EXIT.done;
}

export function showPolicy(id: string, { policies: chosen }: Pick<ScanSettings, 'policies'>, json: boolean, io: Io): number {
  const { policies } = loadData();
  const policy = policies.find((candidate) => candidate.id === id);
  if (!policy) {
    const known = policies.map((candidate) => candidate.id).join(', ');
    throw new CamsweepError('option-invalid', `policies show "${id}": expected one of ${known}`);
  }
  io.out(json ? `${jsonText(policy, 2)}\n` : describePolicy(policy, chosen.includes(id)));
  return EXIT.done;
}
