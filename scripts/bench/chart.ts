/** Wall times as bars on a logarithmic scale, one panel a scenario. Pure; the SVG needs no style sheet and no script. */
import type { Row } from './render.ts';
import type { Spread } from './verdict.ts';

export type ChartRow = Pick<Row, 'title' | 'makers'> & {
  readonly id: string;
  readonly wallMs: Spread;
  readonly devices: Pick<Spread, 'median'>;
};

export interface Panel {
  readonly title: string;
  readonly devices: number;
  readonly rows: readonly ChartRow[];
}

const WIDTH = 900;
const LABEL = 360;
const RIGHT = 150;
const BAR = 16;
const GAP = 8;
/** Title, and the scale below it. */
const HEAD = 46;
const font = (size: number): string => `font-family="system-ui, sans-serif" font-size="${size}"`;
const FONT = font(12);

export function renderChart(panels: readonly Panel[]): string {
  const walls = panels.flatMap(({ rows }) => rows.map(({ wallMs }) => wallMs.median)).filter((ms) => ms > 0);
  const [from, to] = [Math.floor(Math.log10(Math.min(...walls, 1000))), Math.ceil(Math.log10(Math.max(...walls, 1000)))];
  const x = (ms: number): number => LABEL + ((Math.log10(ms) - from) / Math.max(1, to - from)) * (WIDTH - LABEL - RIGHT);
  let y = 10;
  const parts: string[] = [];
  for (const panel of panels) {
    parts.push(`<text x="10" y="${y + 18}" ${FONT} font-weight="bold" fill="#222">${escape(panel.title)}</text>`);
    const height = panel.rows.length * (BAR + GAP);
    for (let power = from; power <= to; power++) {
      const at = x(10 ** power).toFixed(1);
      parts.push(
        `<line x1="${at}" x2="${at}" y1="${y + HEAD - 6}" y2="${y + HEAD + height}" stroke="#ddd"/>`,
        `<text x="${at}" y="${y + HEAD - 9}" ${font(10)} fill="#777" text-anchor="middle">${10 ** (power - 3)} s</text>`,
      );
    }
    y += HEAD;
    for (const row of panel.rows) {
      parts.push(...bar(row, panel.devices, y, x));
      y += BAR + GAP;
    }
    y += 14;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="Wall time of network scanners">
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}

function bar(row: ChartRow, devices: number, y: number, x: (ms: number) => number): string[] {
  const ours = row.id === 'camsweep';
  const [start, end] = [x(row.wallMs.min), x(row.wallMs.max)];
  const found = row.makers === undefined ? `${row.devices.median}/${devices} found` : `${row.makers}/${devices} identified`;
  const label = `${(row.wallMs.median / 1000).toFixed(2)} s, ${found}`;
  const middle = y + BAR / 2;
  return [
    `<text x="${LABEL - 8}" y="${y + 12}" ${FONT} text-anchor="end" fill="#222"${ours ? ' font-weight="bold"' : ''}>${escape(row.title)}</text>`,
    `<rect x="${LABEL}" y="${y}" width="${Math.max(1, x(row.wallMs.median) - LABEL).toFixed(1)}" height="${BAR}" fill="${ours ? '#0a7d4f' : '#9db2c4'}"/>`,
    ...(end - start < 1 ? [] : [`<line x1="${start.toFixed(1)}" x2="${end.toFixed(1)}" y1="${middle}" y2="${middle}" stroke="#333"/>`]),
    `<text x="${(Math.max(x(row.wallMs.median), end) + 6).toFixed(1)}" y="${y + 12}" ${FONT} fill="#222">${escape(label)}</text>`,
  ];
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
