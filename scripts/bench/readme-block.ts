/** What the README says and shows of speed, made from the data of the last full run: nothing in it is typed. Pure. */
import { z } from 'zod';
import { renderChart } from './chart.ts';

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
          devices: z.object({ median: z.number() }),
          makers: z.number().optional(),
          failed: z.string().optional(), // in the tool's own words: for the results, not for the README
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

/** Its chart, as SVG. */
export function chartOf(latestJson: string): string {
  return renderChart(
    resultsSchema
      .parse(JSON.parse(latestJson))
      .scenarios.map(({ title, devices, rows }) => ({ title, devices, rows: rows.map((row) => ({ ...row, makers: row.makers })) })),
  );
}

/** Of each kind of tool the one that ran; where it is not the column's first, its name stands in the cell. */
const COLUMNS: readonly (readonly [title: string, ids: readonly string[]])[] = [
  ['nmap scripts: finds and names', ['nmap-scripts']],
  ['nmap -sT, five ports: finds open ports', ['nmap-st', 'nmap-st-one']],
  ['nmap -sn (root): finds hosts', ['nmap-sn-root']],
  ['arp-scan (root): finds hosts', ['arp-scan', 'zmap']],
];

function blockOf({ machine, scenarios }: Results): string {
  const missed = scenarios.flatMap(({ title, checks }) => {
    const texts = checks.flatMap(({ state, text }) =>
      state === 'broken' || (state === 'told' && text.endsWith(' not met')) ? [text] : [],
    );
    return texts.length === 0 ? [] : [`- ${title}: ${texts.join('; ')}.`];
  });
  return [
    `| network | **camsweep: finds and names** | ${COLUMNS.map(([title]) => title).join(' | ')} |`,
    `| --- | --- |${COLUMNS.map(() => ' --- |').join('')}`,
    ...scenarios.map(({ title, devices, rows }) => {
      const cell = (ids: readonly string[]): string => {
        const row = rows.find(({ id }) => ids.includes(id));
        if (row === undefined) return '';
        return row.id === ids[0] ? resultOf(row, devices) : `${row.title}: ${resultOf(row, devices)}`;
      };
      return `| ${title} | **${cell(['camsweep'])}** | ${COLUMNS.map(([, ids]) => cell(ids)).join(' | ')} |`;
    }),
    '',
    '![Wall times on a logarithmic scale](scripts/bench/results/chart.svg)',
    '',
    `Cameras and recorders found, and of those that name them how many rightly. ${machine} Ranges, packets, processor time, memory and the other tools: [all results](scripts/bench/results/latest.md).`,
    ...(missed.length === 0 ? [] : ['', 'Aims that this run did not reach:', '', ...missed]),
  ].join('\n');
}

function resultOf({ wallMs: { median }, devices, makers, failed }: Row, all: number): string {
  if (failed !== undefined) return 'failed';
  const time = `${(median / 1000).toFixed(median < 9995 ? 2 : 1)} s`;
  const found = `${Math.round(devices.median)} of ${all}`;
  return makers === undefined ? `${time}, ${found}` : `${time}, ${found}, ${Math.round(makers)} named`;
}
