/** Packs the checked signature data beside the compiled code, so that a scan starts without reading YAML. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readSources, SignatureDataError } from '../signatures/load.ts';

const compiled = fileURLToPath(new URL('../signatures/', import.meta.url));
const sources = fileURLToPath(new URL('../../signatures/', import.meta.url));

try {
  writeFileSync(`${compiled}data.json`, JSON.stringify(readSources(sources)));
} catch (error) {
  if (!(error instanceof SignatureDataError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
