/** Whatever a device or a person calls itself, no format changes its shape, runs anything or reorders a line. */
import { describe, expect, it } from 'vitest';
import { statementOf } from '../../../agent/report/attest.ts';
import { describeDevice } from '../../../agent/report/device.ts';
import { headlineOf, type ReportDevice, type ReportDocument } from '../../../agent/report/document.ts';
import { renderDocumentCsv } from '../../../agent/report/document-csv.ts';
import { renderFar } from '../../../agent/report/far.ts';
import { renderHtml } from '../../../agent/report/html.ts';
import { jsonText } from '../../../agent/report/json.ts';
import { renderMarkdown } from '../../../agent/report/markdown.ts';
import { documentOf, reportDevice } from './document-of.ts';
import { identityOf } from './observed.ts';

const HOSTILE = {
  script: '<script>alert(1)</script>',
  attribute: '"\'><img src=x onerror=alert(1)>',
  comment: '--><!-- ]]> </style></title><svg onload=alert(1)>',
  'right to left': 'cam\u202Egnp.exe\u2066\u200b',
  terminal: '\u001b[2J\u009b31m\u0000\r\nnext line',
  long: 'A'.repeat(10_000),
  'long markup': '<b>&"'.repeat(2000),
  formula: "=cmd|'/C calc'!A0",
  'other formulas': '+1+1\t@SUM(1)-2',
  table: '| a | b |\n---|---',
  link: '[x](javascript:alert(1)) ![y](https://evil.example/z.png) https://evil.example www.evil.example a@evil.example',
  'half a character': '\ud800 end',
  template: '${7*7} {{7*7}} `id` $(id)',
} as const;

/** A document with `text` in every field that a device or a person fills. */
function poisoned(text: string): ReportDocument {
  const plain = describeDevice({ address: '192.0.2.7', identity: identityOf(), observations: [], verdicts: [] });
  const device = (group: ReportDevice['group'], address: string): ReportDevice =>
    reportDevice(plain, {
      group,
      address,
      addresses: [address, text],
      key: text,
      site: text,
      maker: `a${text}`,
      brand: text,
      owner: text,
      model: text,
      firmware: text,
      serial: text,
      mac: text,
      deviceType: text,
      summary: text,
      because: text,
      surveillance: true,
      contradictions: [text],
      notes: [text],
      evidence: [{ signature: text, field: text, value: text, strength: 'proof', channel: 'web', recording: text, bytes: [text] }],
      verdicts: [
        {
          policy: 'us-889a1b',
          title: text,
          verdict: 'restricted',
          certainty: 'confirmed',
          because: text,
          basis: 'maker',
          exception: { id: 'EX', state: 'expired', expires: '2026-01-01', reason: text },
        },
      ],
      phaseOut: { status: 'planned', since: '2026-01-01T00:00:00.000Z', custodian: text, location: text, note: text },
      channels: {
        analogue: null,
        digital: null,
        cameras: [{ id: text, name: text, address: text, model: text, serial: text, firmware: text, protocol: text }],
      },
    });
  const devices = [device('flagged', '192.0.2.7'), device('surveillance', '192.0.2.8')];
  const event = { id: 1, at: '2026-01-01T00:00:00.000Z', scanId: 3, cause: 'network', kind: 'moved', topic: null } as const;
  const base = documentOf(devices);
  return {
    ...base,
    site: text,
    headline: headlineOf(devices, base.coverage),
    scan: { ...base.scan, uid: text, targets: [text] },
    changes: [{ ...event, site: text, device: text, address: text, before: text, after: text, summary: text }],
    exceptions: [
      {
        id: 'EX',
        state: 'expired',
        policy: null,
        device: text,
        reason: text,
        approver: text,
        mitigation: text,
        from: '2026-01-01',
        expires: '2026-01-01',
      },
    ],
    progress: [
      {
        at: '2026-01-01T00:00:00.000Z',
        site: text,
        policy: 'rule-1',
        found: 1,
        planned: 0,
        isolated: 0,
        removed: 0,
        verifiedGone: 0,
        cameBack: 0,
        open: 1,
      },
    ],
    versions: { ...base.versions, scannedWith: text },
  };
}

const BENIGN = poisoned('word');

// What may reorder or hide text, but for the line ends that formats are made of.
const INVISIBLE = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

/** Names of tags and of their attributes, in order: what a browser builds from the page. */
function skeleton(html: string): string[] {
  return [...html.matchAll(/<(\/?[a-z!][a-z0-9]*)((?:"[^"]*"|[^">])*)>/gi)].map(
    ([, name = '', rest = '']) =>
      `${name} ${[...rest.replace(/"[^"]*"/g, '""').matchAll(/([a-z-]+)=""/gi)].map(([, key]) => key).join(' ')}`,
  );
}

/** Rows of RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy;
  for (let match = cell.exec(text); match; match = cell.exec(text)) {
    const raw = match[1] ?? '';
    row.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (match[2] === '\r\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

describe.each(Object.entries(HOSTILE))('agent/report: %s in every field', (_, text) => {
  const document = poisoned(text);

  it('leaves the HTML page as it is', () => {
    const html = renderHtml(document);
    expect(skeleton(html)).toEqual(skeleton(renderHtml(BENIGN)));
    expect(html).not.toMatch(/<script|<img|<svg onload|javascript:alert\(1\)["']/i);
    expect(INVISIBLE.test(html)).toBe(false);
    expect(html.isWellFormed()).toBe(true);
    expect(html.length).toBeLessThan(100_000);
  });

  it.each([
    ['CSV', (shown: ReportDocument) => renderDocumentCsv(shown)],
    ['FAR', (shown: ReportDocument) => renderFar(shown.devices, shown.exceptions)],
  ] as const)('leaves the rows of %s as they are, and no cell is a formula', (_name, render) => {
    const rows = parseCsv(render(document));
    const plain = parseCsv(render(BENIGN));
    expect(plain.length).toBe(3);
    expect(rows.map((row) => row.length)).toEqual(plain.map((row) => row.length));
    expect(rows[0]).toEqual(plain[0]);
    expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(rows.flat().filter((cell) => INVISIBLE.test(cell) || cell.length > 4100)).toEqual([]);
  });

  it('leaves the lines and cells of Markdown as they are', () => {
    const shape = (markdown: string): string[] => markdown.split('\n').map((line) => line.replace(/\\./g, '').replace(/[^|]/g, ''));
    const markdown = renderMarkdown(document);
    expect(shape(markdown)).toEqual(shape(renderMarkdown(BENIGN)));
    expect(markdown).not.toContain('<');
    expect(markdown.replace(/\\./g, '')).not.toMatch(/\]\(|https:\/\/evil|www\.evil|a@evil/);
    expect(INVISIBLE.test(markdown)).toBe(false);
  });

  it('comes back from JSON as it was, and shows nothing invisible', () => {
    const json = jsonText(document, 1);
    expect(JSON.parse(json)).toEqual(document);
    expect(INVISIBLE.test(json)).toBe(false);
  });

  it('leaves the lines of the statement as they are', () => {
    const statement = statementOf(document);
    expect(statement.split('\n').length).toBe(statementOf(BENIGN).split('\n').length);
    expect(INVISIBLE.test(statement)).toBe(false);
  });
});
