/**
 * `npm run accuracy -- RECORDINGS LABELS`: how well identification does on labelled recordings. Prints recall on
 * surveillance and on Hikvision, the share of right makers, false positives by protocol, and every miss with its reason.
 */
import { readFileSync } from 'node:fs';
import { loadOui } from '../agent/net/oui.ts';
import { compileSignatures, foldName, type CompiledSignatures } from '../agent/identify/compile.ts';
import { identify } from '../agent/identify/identify.ts';
import type { Identity } from '../agent/identify/types.ts';
import { decode } from '../probes/decode.ts';
import { recordingSchema } from '../probes/recording.ts';
import { loadSignatures } from '../signatures/load.ts';
import { z } from 'zod';

const labelSchema = z.object({
  id: z.string(),
  surveillance: z.boolean(),
  hikvision: z.boolean(),
  explicit: z.boolean().optional(),
  expect: z
    .object({ manufacturer: z.string().nullable().optional(), oem: z.string().nullable().optional(), model: z.string().optional() })
    .default({}),
});

type Label = z.infer<typeof labelSchema>;

interface Judged {
  readonly label: Label;
  readonly protocol: string;
  readonly identity: Identity;
  readonly shown: string;
}

const [recordingsFile, labelsFile] = process.argv.slice(2);
if (recordingsFile === undefined || labelsFile === undefined) {
  process.stderr.write('usage: npm run accuracy -- RECORDINGS.jsonl LABELS.jsonl\n');
  process.exit(2);
}

const started = performance.now();
const signatures = compileSignatures(loadSignatures(), loadOui());
const judged = judgeAll(recordingsFile, labelsFile);
const seconds = (performance.now() - started) / 1000;
report(judged, signatures, seconds);

function lines(file: string): unknown[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): unknown => JSON.parse(line));
}

function judgeAll(recordings: string, labels: string): Judged[] {
  const byId = new Map(
    lines(labels)
      .map((line) => labelSchema.parse(line))
      .map((label) => [label.id, label] as const),
  );
  return lines(recordings).flatMap((line, index) => {
    const parsed = recordingSchema.parse(line);
    const recording = { ...parsed, id: parsed.id ?? `line-${index + 1}` };
    const label = byId.get(recording.id);
    if (!label) return [];
    const identity = identify(decode(recording), signatures);
    return [{ label, protocol: recording.protocol, identity, shown: JSON.stringify(recording.response).slice(0, 160) }];
  });
}

function names(id: string | undefined, all: CompiledSignatures): string[] {
  return id === undefined ? [] : [id, all.makers.get(id)?.name ?? ''];
}

function rightMaker({ label, identity }: Judged, all: CompiledSignatures): boolean {
  const said = [...names(identity.maker?.value, all), ...names(identity.brand?.value, all)].map(foldName);
  const wanted = [label.expect.manufacturer, label.expect.oem].flatMap((name) => (name ? [all.aliases.get(foldName(name)) ?? name] : []));
  return wanted.some((name) => said.includes(foldName(name)));
}

function report(all: readonly Judged[], compiled: CompiledSignatures, tookSeconds: number): void {
  const out = (text: string): void => void process.stdout.write(`${text}\n`);
  const group = (identity: Identity): string => identity.owner?.value ?? '';
  const sure = (identity: Identity): boolean => identity.certainty !== null && identity.certainty !== 'possible';
  const share = (part: number, whole: number): string => `${part} of ${whole} (${whole === 0 ? '-' : ((100 * part) / whole).toFixed(1)} %)`;

  const surveillance = all.filter(({ label }) => label.surveillance);
  const named = surveillance.filter(({ label }) => label.expect.manufacturer ?? label.expect.oem);
  const hikvision = all.filter(({ label }) => label.hikvision);
  const foundHikvision = hikvision.filter(({ identity }) => identity.maker?.value === 'hikvision' || identity.brand?.value === 'hikvision');
  const foundSurveillance = surveillance.filter(({ identity }) => identity.surveillance === true);
  const madeRight = named.filter((one) => rightMaker(one, compiled));
  const falseSurveillance = all.filter(({ label, identity }) => !label.surveillance && identity.surveillance === true);
  const falseFlags = all.filter(({ label, identity }) => !label.hikvision && group(identity) === 'hikvision');
  const falseDahua = all.filter(({ label, identity }) => !label.surveillance && group(identity) === 'dahua' && sure(identity));
  const cleared = all.filter(({ label, identity }) => !label.surveillance && identity.surveillance === false);

  out(`recordings judged            ${all.length} in ${tookSeconds.toFixed(2)} s, data included`);
  out(`Hikvision found              ${share(foundHikvision.length, hikvision.length)}`);
  out(`surveillance found           ${share(foundSurveillance.length, surveillance.length)}`);
  out(`right maker or brand         ${share(madeRight.length, named.length)} of surveillance lines whose maker is known`);
  out(`others cleared               ${share(cleared.length, all.length - surveillance.length)}`);
  out(`others called surveillance   ${falseSurveillance.length} ${byProtocol(falseSurveillance)}`);
  out(`others called Hikvision      ${falseFlags.length} ${byProtocol(falseFlags)}`);
  out(`others called Dahua, probable or more  ${falseDahua.length} ${byProtocol(falseDahua)}`);
  list(
    'Hikvision missed',
    hikvision.filter((one) => !foundHikvision.includes(one)),
    out,
  );
  list(
    'surveillance missed',
    surveillance.filter((one) => !foundSurveillance.includes(one)),
    out,
  );
  list(
    'maker missed',
    named.filter((one) => !madeRight.includes(one)),
    out,
  );
  list('called surveillance, is not', falseSurveillance, out);
  list('called Hikvision, is not', falseFlags, out);
}

function byProtocol(items: readonly Judged[]): string {
  const counts = new Map<string, number>();
  for (const { protocol } of items) counts.set(protocol, (counts.get(protocol) ?? 0) + 1);
  return [...counts].map(([protocol, count]) => `${protocol} ${count}`).join(', ');
}

function list(title: string, items: readonly Judged[], out: (text: string) => void): void {
  if (items.length > 0) out(`\n${title}:`);
  for (const { label, protocol, identity, shown } of items) {
    const said = `maker ${identity.maker?.value ?? '-'}, brand ${identity.brand?.value ?? '-'}, type ${identity.deviceType?.value ?? '-'}`;
    out(
      `  ${label.id} ${protocol} expected ${label.expect.manufacturer ?? '?'}${label.expect.oem ? ` (made by ${label.expect.oem})` : ''}; said ${said}`,
    );
    out(`    ${shown}${identity.evidence.length > 0 ? ` [${identity.evidence.map(({ signature }) => signature).join(', ')}]` : ''}`);
  }
}
