/**
 * Scenarios that were run again, in place of theirs among the results of a whole run. Only where both were measured on the same day,
 * machine and versions: a table of two machines would compare them.
 */
import { z } from 'zod';

export interface Results {
  /** `latest.json`. */
  readonly data: string;
  /** `latest.md`. */
  readonly markdown: string;
}

const schema = z.object({ machine: z.string(), scenarios: z.array(z.looseObject({ id: z.string() })) });

/** Throws where the two do not belong together. */
export function updated(before: Results, again: Results): Results {
  const [old, fresh] = [schema.parse(JSON.parse(before.data)), schema.parse(JSON.parse(again.data))];
  const [oldMachine, freshMachine] = [whereOf(old.machine), whereOf(fresh.machine)];
  if (oldMachine !== freshMachine)
    throw new Error(`--update: the results that are there say "${oldMachine}", this run "${freshMachine}": run all`);
  const scenarios = old.scenarios.map((scenario) => fresh.scenarios.find(({ id }) => id === scenario.id) ?? scenario);
  const sections = sectionsOf(again.markdown);
  const markdown = sectionsOf(before.markdown).map(
    (section) => sections.find((other) => titleOf(other) !== undefined && titleOf(other) === titleOf(section)) ?? section,
  );
  return { data: `${JSON.stringify({ machine: old.machine, scenarios }, null, 2)}\n`, markdown: `${markdown.join('').trimEnd()}\n` };
}

/** Day, processor, kernel, Node.js and the limit of the neighbour table. */
function whereOf(machine: string): string {
  return machine.split('. ')[0] ?? '';
}

/** What stands before the first heading, and each heading with what belongs to it. */
function sectionsOf(markdown: string): string[] {
  return markdown.split(/^(?=### )/m).map((section) => `${section.trimEnd()}\n\n`);
}

/** Without what was measured: `### Attached /24, 2 ms round trip (100 live, …`. */
function titleOf(section: string): string | undefined {
  return /^### ([^(\n]*)/.exec(section)?.[1];
}
