/** What the README says of speed, made from the data of the last full run: nothing in it is typed. Pure. */
import { z } from 'zod';

const spread = z.object({ median: z.number(), min: z.number(), max: z.number() });
const resultsSchema = z.object({
  machine: z.string(),
  scenarios: z.array(
    z.object({
      title: z.string(),
      devices: z.number(),
      rows: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          wallMs: spread,
          devices: spread,
          makers: z.number().optional(),
          falseFlags: z.number().optional(),
          failed: z.string().optional(),
        }),
      ),
      checks: z.array(z.object({ text: z.string(), state: z.string() })),
    }),
  ),
});
type Results = z.infer<typeof resultsSchema>;
type Row = Results['scenarios'][number]['rows'][number];

const [BEGIN, END] = ['<!-- bench: begin -->', '<!-- bench: end -->'];

/** The README with its block made anew. Throws where it has none, or the data is not a run's. */
export function withBlock(readme: string, latestJson: string): string {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md: expected ${BEGIN} and ${END}`);
  const block = blockOf(resultsSchema.parse(JSON.parse(latestJson)));
  return `${readme.slice(0, from)}${BEGIN}\n\n${block}\n\n${readme.slice(to)}`;
}

function blockOf({ machine, scenarios }: Results): string {
  const missed = scenarios.flatMap(({ title, checks }) =>
    checks
      .filter(({ state, text }) => state === 'broken' || (state === 'told' && text.endsWith(' not met')))
      .map(({ text }) => `- ${title}: ${text}`),
  );
  return [
    '| network | camsweep finds and names | others, in the same run |',
    '| --- | --- | --- |',
    ...scenarios.map(({ title, devices, rows }) => {
      const ours = rows.filter(({ id }) => id === 'camsweep').map((row) => `**${took(row)}**, ${namedOf(row, devices)}`);
      const others = rows.filter(({ id }) => id !== 'camsweep').map((row) => `${row.title}: ${took(row)}, ${namedOf(row, devices)}`);
      return `| ${title} | ${ours.join('')} | ${others.join('<br>')} |`;
    }),
    '',
    '![Wall times on a logarithmic scale](scripts/bench/results/chart.svg)',
    '',
    machine,
    ...(missed.length === 0 ? [] : ['', 'Aims that this run did not reach:', '', ...missed]),
  ].join('\n');
}

function took({ wallMs: { median, min, max }, failed }: Row): string {
  if (failed !== undefined) return failed;
  const seconds = (ms: number): string => (ms / 1000).toFixed(ms < 9995 ? 2 : 1);
  return min === max ? `${seconds(median)} s` : `${seconds(median)} s [${seconds(min)}–${seconds(max)}]`;
}

function namedOf({ devices, makers, falseFlags }: Row, all: number): string {
  const seen = `${Math.round(devices.median)} of ${all} seen`;
  if (makers === undefined) return seen;
  const flags = falseFlags === undefined ? '' : `, ${falseFlags} false flags`;
  return `${seen}, ${Math.round(makers)} named rightly${flags}`;
}
