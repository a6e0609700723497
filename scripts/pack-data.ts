/**
 * Packs signature data, the IEEE registry and the requests that never change beside the compiled code: a scan starts without
 * reading YAML or large JSON, and without loading what writes those requests.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { boundedSteps } from '../agent/identify/bounded.ts';
import { requiredLiterals } from '../agent/identify/literals.ts';
import { packOui } from '../agent/net/oui-pack.ts';
import { PACK_FILE, readRegistry } from '../agent/net/oui.ts';
import { REQUESTS_FILE } from '../probes/onvif/open-requests.ts';
import { writeOpenRequests } from '../probes/onvif/request-writer.ts';
import { PACK_FILE as SIGNATURES_FILE, readSources, SignatureDataError, type PatternFacts } from '../signatures/load.ts';
import { packSignatures } from '../signatures/packed.ts';

const compiled = fileURLToPath(new URL('../signatures/', import.meta.url));
const net = fileURLToPath(new URL('../agent/net/', import.meta.url));
const onvif = fileURLToPath(new URL('../probes/onvif/', import.meta.url));
const sources = fileURLToPath(new URL('../../signatures/', import.meta.url));

function factsOf(pattern: string): PatternFacts {
  return { literals: requiredLiterals(pattern) ?? null, steps: boundedSteps(pattern) ?? null };
}

try {
  const data = readSources(sources);
  writeFileSync(`${compiled}${SIGNATURES_FILE}`, packSignatures(data, factsOf));
  writeFileSync(`${net}${PACK_FILE}`, packOui(readRegistry()));
  writeFileSync(`${onvif}${REQUESTS_FILE}`, `${JSON.stringify(await writeOpenRequests(), undefined, 2)}\n`);
} catch (error) {
  if (!(error instanceof SignatureDataError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
