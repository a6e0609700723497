/** Packs signature data and the IEEE registry beside the compiled code: a scan starts without reading YAML or large JSON. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { boundedSteps } from '../agent/identify/bounded.ts';
import { requiredLiterals } from '../agent/identify/literals.ts';
import { packOui } from '../agent/net/oui-pack.ts';
import { PACK_FILE, readRegistry } from '../agent/net/oui.ts';
import { PACK_FILE as SIGNATURES_FILE, readSources, SignatureDataError, type PatternFacts } from '../signatures/load.ts';
import { packSignatures } from '../signatures/packed.ts';

const compiled = fileURLToPath(new URL('../signatures/', import.meta.url));
const net = fileURLToPath(new URL('../agent/net/', import.meta.url));
const sources = fileURLToPath(new URL('../../signatures/', import.meta.url));

function factsOf(pattern: string): PatternFacts {
  return { literals: requiredLiterals(pattern) ?? null, steps: boundedSteps(pattern) ?? null };
}

try {
  const data = readSources(sources);
  writeFileSync(`${compiled}${SIGNATURES_FILE}`, packSignatures(data, factsOf));
  writeFileSync(`${net}${PACK_FILE}`, packOui(readRegistry()));
} catch (error) {
  if (!(error instanceof SignatureDataError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
