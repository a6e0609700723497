/** `camsweep attest DIR` writes a bundle an auditor can check; `camsweep attest verify DIR` checks one, offline. */
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScanSettings } from '../config/settings.ts';
import { CamsweepError, EXIT, messageOfError } from '../errors.ts';
import { compareWithManifest, MANIFEST, manifestOf, PUBLIC_KEY, sha256, SIGNATURE, statementOf } from '../report/attest.ts';
import { renderHtml } from '../report/html.ts';
import { jsonText } from '../report/json.ts';
import type { Io } from './io.ts';
import { renderJson } from './report.ts';
import { gatherReport, type WantedReport } from './report-document.ts';
import { writeWhole } from './write-files.ts';

/** The manifest comes last, so that a bundle that was cut off never looks whole. */
export function attest(
  settings: ScanSettings,
  {
    directory,
    keyFile,
    ...wanted
  }: Omit<WantedReport, 'alsoPolicies'> & { readonly directory: string; readonly keyFile: string | undefined },
  io: Io,
): number {
  const key = keyFile === undefined ? undefined : privateKey(keyFile);
  prepare(directory);
  const document = gatherReport(settings, { ...wanted, alsoPolicies: [] }, io);
  const { scan, coverage, versions, policies, generatedAt } = document;
  const json = (value: unknown): string => `${jsonText(value, 2)}\n`;
  const files = new Map(
    Object.entries({
      'report.html': renderHtml(document),
      'report.json': renderJson(document),
      'coverage.json': json({ schemaVersion: 1, scan, coverage }),
      'data-versions.json': json({ schemaVersion: 1, generatedAt, ...versions, policies }),
      'statement.txt': statementOf(document),
    }).map(([name, text]) => [name, Buffer.from(text)] as const),
  );
  const manifest = manifestOf(files);
  for (const [name, bytes] of files) writeWhole(join(directory, name), bytes, 'attest');
  if (key) {
    const publicKey = createPublicKey(key);
    writeWhole(join(directory, PUBLIC_KEY), publicKey.export({ type: 'spki', format: 'pem' }), 'attest');
    writeWhole(join(directory, SIGNATURE), `${sign(null, Buffer.from(manifest), key).toString('base64')}\n`, 'attest');
    io.say(`Signed by the key ${fingerprint(publicKey)}`);
  }
  writeWhole(join(directory, MANIFEST), manifest, 'attest');
  io.say(`Attestation written to ${directory}: ${document.headline.text}`);
  return EXIT.done;
}

function prepare(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    if (readdirSync(directory).length === 0) return;
  } catch (error) {
    throw new CamsweepError('file-unwritable', `attest ${directory}: ${messageOfError(error)}`);
  }
  throw new CamsweepError('file-unwritable', `attest ${directory}: expected a new or empty folder`);
}

/** 0: as it was written (and signed, where a signature is there); 1: not; 2: cannot be checked. */
export function verifyAttestation(directory: string, keyFile: string | undefined, io: Io): number {
  const given = keyFile === undefined ? undefined : publicKey(readText(keyFile, '--key'), `--key ${keyFile}`);
  const found = readFolder(directory);
  const manifest = found.get(MANIFEST);
  if (!manifest) throw new CamsweepError('file-unreadable', `attest verify ${directory}: no ${MANIFEST} there`);
  const { faults, checked } = compareWithManifest(manifest.toString('utf8'), found);
  const signed = checkSignature(found, manifest, given);
  const all = [...faults, ...signed.faults];
  for (const fault of all) io.out(`${fault}\n`);
  if (all.length > 0) {
    io.say(`${directory} is NOT as it was written: ${all.length} faults`);
    return EXIT.findings;
  }
  io.out(`${checked} files are as the manifest says\n${signed.says}\n`);
  return EXIT.done;
}

interface Signed {
  readonly faults: readonly string[];
  readonly says: string;
}

function checkSignature(found: ReadonlyMap<string, Buffer | null>, manifest: Buffer, given: KeyObject | undefined): Signed {
  const [signature, bundled] = [found.get(SIGNATURE), found.get(PUBLIC_KEY)];
  if (!signature) {
    if (given || bundled || signature === null) return { faults: [`missing: ${SIGNATURE}`], says: '' };
    return { faults: [], says: 'not signed: this proves that no file was damaged, not who wrote them' };
  }
  if (!given && !bundled) return { faults: [`missing: ${PUBLIC_KEY}; give the key with --key`], says: '' };
  let key: KeyObject;
  try {
    key = given ?? publicKey(bundled?.toString('utf8') ?? '', PUBLIC_KEY);
  } catch (error) {
    return { faults: [`changed: ${messageOfError(error)}`], says: '' };
  }
  const bundledFault = given && bundled !== undefined && !isSameKey(bundled, given) ? [`${PUBLIC_KEY} is not the key that was given`] : [];
  if (!verify(null, manifest, key, Buffer.from(signature.toString('latin1').trim(), 'base64'))) {
    return { faults: [...bundledFault, `${SIGNATURE}: this key did not sign this manifest`], says: '' };
  }
  const whose = given ? 'the key that was given' : 'the key in the folder; that it is the right one only --key can tell';
  return { faults: bundledFault, says: `signed by ${fingerprint(key)}: ${whose}` };
}

function isSameKey(bundled: Buffer | null, given: KeyObject): boolean {
  try {
    return bundled !== null && publicKey(bundled.toString('utf8'), PUBLIC_KEY).equals(given);
  } catch {
    return false;
  }
}

const MAX_ENTRIES = 1000;

/** Null for what is no plain file: a link could lead anywhere. */
function readFolder(directory: string): Map<string, Buffer | null> {
  try {
    return new Map(
      readdirSync(directory)
        .slice(0, MAX_ENTRIES)
        .sort()
        .map((name) => [name, lstatSync(join(directory, name)).isFile() ? readFileSync(join(directory, name)) : null] as const),
    );
  } catch (error) {
    throw new CamsweepError('file-unreadable', `attest verify ${directory}: ${messageOfError(error)}`);
  }
}

function readText(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CamsweepError('file-unreadable', `${option} ${path}: ${messageOfError(error)}`);
  }
}

function privateKey(path: string): KeyObject {
  const text = readText(path, '--sign');
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(text);
  } catch {
    // Never the library's words: they may quote the file.
  }
  if (key?.asymmetricKeyType !== 'ed25519')
    throw new CamsweepError(
      'option-invalid',
      `--sign ${path}: expected an Ed25519 private key in PEM without a passphrase (openssl genpkey -algorithm ed25519)`,
    );
  return key;
}

function publicKey(text: string, place: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = /PRIVATE KEY/.test(text) ? undefined : createPublicKey(text);
  } catch {
    // Said below, in our words.
  }
  if (key?.asymmetricKeyType !== 'ed25519') throw new CamsweepError('option-invalid', `${place}: expected an Ed25519 public key in PEM`);
  return key;
}

function fingerprint(key: KeyObject): string {
  return `SHA256:${sha256(key.export({ type: 'spki', format: 'der' }))}`;
}
