/** Packs signature data and the IEEE registry beside the compiled code: a scan starts without reading YAML or large JSON. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { requiredLiterals } from '../agent/identify/literals.ts';
import { packOui } from '../agent/net/oui-pack.ts';
import { PACK_FILE, readRegistry } from '../agent/net/oui.ts';
import { readSources, SignatureDataError, type SignatureData } from '../signatures/load.ts';

const compiled = fileURLToPath(new URL('../signatures/', import.meta.url));
const net = fileURLToPath(new URL('../agent/net/', import.meta.url));
const sources = fileURLToPath(new URL('../../signatures/', import.meta.url));

/** Every pattern of the data with the literals it needs, as agent/identify/compile.ts wants them. */
function literalsOf({ makers }: SignatureData): Record<string, readonly string[] | null> {
  const conditions = makers
    .flatMap(({ signatures }) => signatures)
    .flatMap(({ match, also, unless }) => [match, ...[...(also ?? []), ...(unless ?? [])].map((condition) => condition.match)]);
  const patterns = conditions.flatMap((match) => ('pattern' in match ? [match.pattern] : 'oui' in match ? [match.oui] : []));
  return Object.fromEntries(patterns.map((pattern) => [pattern, requiredLiterals(pattern) ?? null]));
}

try {
  const data = readSources(sources);
  writeFileSync(`${compiled}data.json`, JSON.stringify({ ...data, literals: literalsOf(data) }));
  writeFileSync(`${net}${PACK_FILE}`, packOui(readRegistry()));
} catch (error) {
  if (!(error instanceof SignatureDataError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
