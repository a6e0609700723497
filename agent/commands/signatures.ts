/** `camsweep signatures check|list|show`: the data that judges, made visible and made to prove itself. */
import { fileURLToPath } from 'node:url';
import { existsSync } from 'node:fs';
import { loadSignatures, readSources, SignatureDataError, type SignatureData } from '../../signatures/load.ts';
import type { Maker, Match, Signature } from '../../signatures/schema.ts';
import { systemClock } from '../clock.ts';
import { CamsweepError, EXIT } from '../errors.ts';
import { selfTest } from '../identify/self-test.ts';
import { overdue } from '../policy/review.ts';
import { foldName } from '../identify/compile.ts';
import { loadOui } from '../net/oui.ts';
import { jsonText } from '../report/json.ts';
import { loadWholeData } from './engine.ts';
import type { Io } from './io.ts';

/** Runs schema and self-test over the sources of a checkout, or over the packed data of an installation. */
export function checkSignatures(io: Io, today = systemClock.timestamp().slice(0, 10)): number {
  const data = sourcesOrPacked();
  const problems = selfTest(data, loadOui());
  for (const problem of problems) io.out(`${problem}\n`);
  // Old is not wrong: a build of last year must still pass its own check.
  const stale = overdue(data.policies, today);
  for (const line of stale) io.out(`warning: ${line}\n`);
  const signatures = data.makers.flatMap((maker) => maker.signatures);
  const examples = signatures.reduce((sum, { examples: list }) => sum + list.length, 0);
  const counters = signatures.reduce((sum, { counterExamples }) => sum + counterExamples.length, 0);
  io.out(
    `data ${data.version} (${data.hash}): ${data.makers.length} makers, ${signatures.length} signatures, ${examples} examples, ${counters} counter-examples, ${data.policies.length} policies, ${problems.length} problems, ${stale.length} warnings\n`,
  );
  return problems.length === 0 ? EXIT.done : EXIT.usage;
}

function sourcesOrPacked(): SignatureData {
  const sources = fileURLToPath(new URL('../../../signatures/', import.meta.url));
  try {
    return existsSync(`${sources}makers`) ? readSources(sources) : loadSignatures();
  } catch (error) {
    if (error instanceof SignatureDataError) throw new CamsweepError('signatures-invalid', error.message);
    throw error;
  }
}

/** One line a maker: what it makes and which fields recognise it. */
export function listSignatures(io: Io, asJson: boolean): number {
  const { makers } = loadWholeData();
  if (asJson) {
    io.out(
      `${jsonText(makers.map(({ maker, name, makes, owner, signatures }) => ({ maker, name, makes, owner: owner ?? maker, signatures: signatures.map(({ id, field, strength }) => ({ id, field, strength })) })))}\n`,
    );
    return EXIT.done;
  }
  for (const { maker, name, makes, signatures } of makers) {
    const fields = [...new Set(signatures.map(({ field }) => field))];
    io.out(
      `${maker.padEnd(22)} ${name.padEnd(26)} ${makes.padEnd(13)} ${String(signatures.length).padStart(3)}  ${fields.join(' ') || '(brand name only)'}\n`,
    );
  }
  return EXIT.done;
}

/** Everything about one maker or one signature. */
export function showSignatures(key: string, io: Io): number {
  const { makers } = loadWholeData();
  const found = makers.flatMap((maker) => maker.signatures).find(({ id }) => id === key);
  if (found) {
    io.out(describeSignature(found));
    return EXIT.done;
  }
  const maker = makers.find((candidate) =>
    [candidate.maker, candidate.name, ...(candidate.aliases ?? [])].some((name) => foldName(name) === foldName(key)),
  );
  if (!maker)
    throw new CamsweepError('option-invalid', `signatures show "${key}": expected a maker or a signature id from camsweep signatures list`);
  io.out(describeMaker(maker));
  return EXIT.done;
}

function describeMaker(maker: Maker): string {
  const head = [
    `${maker.name} (${maker.maker}), makes: ${maker.makes}${maker.owner === undefined ? '' : `, owner: ${maker.owner}`}`,
    ...(maker.aliases ? [`also known as: ${maker.aliases.join(', ')}`] : []),
    ...(maker.note === undefined ? [] : [maker.note]),
  ];
  return `${head.join('\n')}\n\n${maker.signatures.map(describeSignature).join('\n')}`;
}

function describeSignature({
  id,
  field,
  match,
  also,
  unless,
  asserts,
  strength,
  why,
  source,
  examples,
  counterExamples,
}: Signature): string {
  const conditions = (word: string, list: typeof also): string[] =>
    (list ?? []).map((condition) => `  ${word.padEnd(9)}${condition.field} ${describeMatch(condition.match)}`);
  return `${[
    id,
    `  when     ${field} ${describeMatch(match)}`,
    ...conditions('and', also),
    ...conditions('unless', unless),
    `  says     ${Object.entries(asserts)
      .map(([key, value]) => `${key} = ${String(value)}`)
      .join(', ')} (${strength})`,
    `  why      ${why.trim()}`,
    `  source   ${[source].flat().join('; ')}`,
    ...examples.map(({ value, origin }) => `  example  ${JSON.stringify(value)} - ${origin}`),
    ...counterExamples.map(({ value, origin }) => `  not      ${JSON.stringify(value)} - ${origin}`),
  ].join('\n')}\n`;
}

function describeMatch(match: Match): string {
  if ('oui' in match) return `registered to ${match.oui}`;
  if ('pattern' in match) return `matches ${match.pattern}`;
  return 'equals' in match ? `is ${JSON.stringify(match.equals)}` : `starts with ${JSON.stringify(match.prefix)}`;
}
