/** Charts as inline SVG, each with a text alternative: a title and description inside, and the numbers as a table below. Pure. */
import { countMakers, plural, type BurnDownPoint, type ReportDocument } from './document.ts';
import { escape, table } from './html-text.ts';

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 64;
const RIGHT = 16;
const TOP = 16;
const BOTTOM = 34;

/** Devices that match each policy, scan after scan. Empty where there is nothing to draw. */
export function burnDown({ burnDown: points, policies }: Pick<ReportDocument, 'burnDown' | 'policies'>): string {
  return policies
    .map(({ id, title }) => {
      const own = points.filter(({ policy }) => policy === id);
      // One scan is no line.
      return own.length > 1 && own.some(({ flagged }) => flagged > 0) ? line(own, `${title} (${id})`, `burn-${id}`) : '';
    })
    .join('\n');
}

function line(points: readonly BurnDownPoint[], title: string, id: string): string {
  const highest = Math.max(1, ...points.map(({ flagged }) => flagged));
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return '';
  const x = (index: number): number => LEFT + (index / (points.length - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => TOP + (1 - value / highest) * (HEIGHT - TOP - BOTTOM);
  const at = points.map(({ flagged }, index) => `${x(index).toFixed(1)},${y(flagged).toFixed(1)}`);
  const text = `${plural(points.length, 'scan')}: ${first.flagged} on ${first.at.slice(0, 10)}, ${last.flagged} on ${last.at.slice(0, 10)}, most ${highest}.`;
  // Every point gets a dot only while dots can be told apart.
  const dots = points.length > 60 ? '' : at.map((point) => `<circle cx="${point.replace(',', '" cy="')}" r="3.5"/>`).join('');
  const grid = [...new Set([0, Math.round(highest / 2), highest])]
    .map(
      (value) =>
        `<path class="grid" d="M${LEFT} ${y(value).toFixed(1)}H${WIDTH - RIGHT}"/><text x="${LEFT - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value}</text>`,
    )
    .join('');
  const days = `<text x="${LEFT}" y="${HEIGHT - 10}">${first.at.slice(0, 10)}</text><text x="${WIDTH - RIGHT}" y="${HEIGHT - 10}" text-anchor="end">${last.at.slice(0, 10)}</text>`;
  return `<figure><figcaption>Devices that match a rule, scan after scan, by what is known today: ${escape(title)}</figcaption>
<svg class="line" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${escape(title)}</title><desc id="${id}-d">${escape(text)}</desc>${grid}<polyline points="${at.join(' ')}"/>${dots}${days}</svg>
<details><summary>The numbers</summary>${table({
    caption: `Devices that match ${title}`,
    head: ['Scan', 'When', 'Devices'],
    rows: points.map(({ scan, at: when, flagged }) => [String(scan), escape(when.slice(0, 16).replace('T', ' ')), String(flagged)]),
  })}</details></figure>`;
}

const MAX_BARS = 12;
const BAR = 30;
const NAME_WIDTH = 240;

export function makers({ devices }: Pick<ReportDocument, 'devices'>): string {
  const all = countMakers({ devices });
  if (all.length === 0) return '';
  const shown = all.slice(0, MAX_BARS);
  const highest = Math.max(...shown.map((maker) => maker.devices));
  const bars = shown.map(({ maker, devices: count }, index) => {
    const width = Math.max(2, (count / highest) * (WIDTH - NAME_WIDTH - 60));
    const y = index * BAR;
    return `<text x="${NAME_WIDTH - 8}" y="${y + 20}" text-anchor="end">${escape(maker, 20)}</text><rect x="${NAME_WIDTH}" y="${y + 6}" width="${width.toFixed(1)}" height="${BAR - 12}" rx="2"/><text x="${(NAME_WIDTH + width + 6).toFixed(1)}" y="${y + 20}">${count}</text>`;
  });
  const text = shown.map(({ maker, devices: count }) => `${maker}: ${count}`).join(', ');
  const more = all.length > MAX_BARS ? `<p>${plural(all.length - MAX_BARS, 'more maker')} not drawn.</p>` : '';
  return `<figure><figcaption>Who made the devices that match a rule</figcaption>
<svg class="bars" viewBox="0 0 ${WIDTH} ${shown.length * BAR}" role="img" aria-labelledby="makers-t makers-d"><title id="makers-t">Makers of the devices that match a rule</title><desc id="makers-d">${escape(text, 900)}</desc>${bars.join('')}</svg>${more}</figure>`;
}
