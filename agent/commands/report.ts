/** `camsweep report`: one document, in as many formats as are asked for. */
import type { ScanSettings } from '../config/settings.ts';
import { CamsweepError, EXIT } from '../errors.ts';
import type { ReportDocument } from '../report/document.ts';
import { renderDocumentCsv } from '../report/document-csv.ts';
import { FAR_POLICIES, renderFar } from '../report/far.ts';
import { renderHtml } from '../report/html.ts';
import { jsonText } from '../report/json.ts';
import { renderMarkdown } from '../report/markdown.ts';
import type { Io } from './io.ts';
import { only } from './report-devices.ts';
import { gatherReport, type WantedReport } from './report-document.ts';
import { writeWhole } from './write-files.ts';

export const FORMATS = ['html', 'csv', 'json', 'markdown', 'far'] as const;
export type Format = (typeof FORMATS)[number];
export type ReportFiles = Readonly<Partial<Record<Format, string | undefined>>>;

export function report(settings: ScanSettings, files: ReportFiles, wanted: Omit<WantedReport, 'alsoPolicies'>, io: Io): number {
  const asked = FORMATS.flatMap((format) => (files[format] === undefined ? [] : [{ format, path: files[format] }]));
  if (asked.length === 0)
    throw new CamsweepError(
      'option-invalid',
      `nothing to write: name at least one of ${FORMATS.map((name) => `--${name}`).join(', ')} FILE`,
    );
  if (asked.filter(({ path }) => path === '-').length > 1) throw new CamsweepError('option-invalid', 'only one format can go to stdout');
  const document = gatherReport(settings, { ...wanted, alsoPolicies: files.far === undefined ? [] : FAR_POLICIES }, io);
  const devices = document.devices.map((device) => ({ ...device, verdicts: only(device.verdicts, settings.policies) }));
  const shown = { ...document, devices };
  for (const { format, path } of asked) {
    // The columns of one rule, whatever is chosen for the rest.
    const text = format === 'far' ? renderFar(document.devices, document.exceptions) : RENDERERS[format](shown);
    if (path === '-') io.out(text);
    else {
      writeWhole(path, text, `--${format}`);
      io.say(`Report written to ${path}`);
    }
  }
  return EXIT.done;
}

const RENDERERS = {
  html: renderHtml,
  csv: renderDocumentCsv,
  json: renderJson,
  markdown: renderMarkdown,
} as const satisfies Record<Exclude<Format, 'far'>, (document: ReportDocument) => string>;

export function renderJson(document: ReportDocument): string {
  return `${jsonText(document, 1)}\n`;
}
