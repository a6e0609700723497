/** The lines of `camsweep watch --jsonl`, read back, and how soon each came after the word it is about. */
import { z } from 'zod';
import type { Started } from './started.ts';
import { FIRST_WORDS } from './watch-hosts.ts';

const lineSchema = z.object({
  event: z.enum(['new', 'surer', 'changed', 'left', 'back']),
  at: z.string(),
  heardBy: z.array(z.string()),
  address: z.string(),
  flagged: z.boolean(),
  maker: z.string().nullable(),
  mac: z.string().nullable(),
  surveillance: z.boolean().nullable(),
});
export type Line = z.infer<typeof lineSchema>;
const sentSchema = z.object({ from: z.string(), port: z.number(), atMs: z.number() });

export const linesOf = (program: Started): Line[] =>
  program
    .output()
    .split('\n')
    .slice(0, -1)
    .map((line) => lineSchema.parse(JSON.parse(line)));
export const freshOf = (lines: readonly Line[]): string[] => lines.filter(({ event }) => event === 'new').map(({ address }) => address);
export const lastOf = (lines: readonly Line[], address: string): Line | undefined =>
  lines.filter((line) => line.address === address).at(-1);

/** How long from a device's first word to its line: measured and told, not judged. */
export function tellDelays(lines: readonly Line[], told: string): void {
  const sent = told
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => sentSchema.parse(JSON.parse(line)));
  const delays = FIRST_WORDS.map(([, address]) => {
    const line = lines.find((candidate) => candidate.address === address);
    const first = Math.min(...sent.filter(({ from }) => from === address).map(({ atMs }) => atMs));
    return `${address} ${line?.heardBy.join() ?? ''} ${line ? Date.parse(line.at) - first : '-'} ms`;
  });
  process.stderr.write(`first word to line: ${delays.join(', ')}\n`);
}
