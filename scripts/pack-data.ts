/** Packs signature data and the IEEE registry beside the compiled code: a scan starts without reading YAML or large JSON. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { packOui } from '../agent/net/oui-pack.ts';
import { PACK_FILE, readRegistry } from '../agent/net/oui.ts';
import { readSources, SignatureDataError } from '../signatures/load.ts';

const compiled = fileURLToPath(new URL('../signatures/', import.meta.url));
const net = fileURLToPath(new URL('../agent/net/', import.meta.url));
const sources = fileURLToPath(new URL('../../signatures/', import.meta.url));

try {
  writeFileSync(`${compiled}data.json`, JSON.stringify(readSources(sources)));
  writeFileSync(`${net}${PACK_FILE}`, packOui(readRegistry()));
} catch (error) {
  if (!(error instanceof SignatureDataError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
