/**
 * An attestation: files, a manifest of their SHA-256 sums in the form `sha256sum -c` reads, and a statement in words. Pure; the
 * signature covers the bytes of the manifest, the manifest covers everything else.
 */
import { createHash } from 'node:crypto';
import { printable } from '../../probes/text.ts';
import { devicesOf, plural, percentText, type ReportDocument } from './document.ts';

export const MANIFEST = 'manifest.sha256';
export const SIGNATURE = 'manifest.sig';
export const PUBLIC_KEY = 'public-key.pem';

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function manifestOf(files: ReadonlyMap<string, Uint8Array>): string {
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`)
    .join('');
}

const LINE = /^([0-9a-f]{64}) {2}([a-z0-9][a-z0-9.-]*)$/;

export interface Comparison {
  /** In words, each naming its file; none when all is as it was. */
  readonly faults: readonly string[];
  readonly checked: number;
}

/** `found` holds what lies in the folder now; null for what is no plain file. Signature and key are checked elsewhere. */
export function compareWithManifest(manifest: string, found: ReadonlyMap<string, Uint8Array | null>): Comparison {
  const faults: string[] = [];
  const listed = new Set<string>();
  for (const line of manifest.split('\n').slice(0, -1)) {
    const [, sum, name] = LINE.exec(line) ?? [];
    if (sum === undefined || name === undefined) {
      faults.push(`${MANIFEST}: "${printable(line, 80)}" is no line of a manifest`);
      continue;
    }
    if (listed.has(name)) faults.push(`${MANIFEST}: lists ${name} twice`);
    listed.add(name);
    const bytes = found.get(name);
    if (bytes === undefined) faults.push(`missing: ${name}`);
    else if (bytes === null) faults.push(`not a plain file: ${name}`);
    else if (sha256(bytes) !== sum) faults.push(`changed: ${name}`);
  }
  if (!manifest.endsWith('\n')) faults.push(`${MANIFEST}: its end is missing`);
  if (listed.size === 0) faults.push(`${MANIFEST}: lists no file`);
  for (const name of found.keys()) {
    if (!listed.has(name) && name !== MANIFEST && name !== SIGNATURE && name !== PUBLIC_KEY) faults.push(`extra: ${printable(name, 120)}`);
  }
  return { faults, checked: listed.size };
}

/** What is attested, for a person; it claims what the scan showed and not more. */
export function statementOf(document: ReportDocument): string {
  const { headline, scan, coverage, policies, versions, limits, exceptions, generatedAt, site } = document;
  const inForce = exceptions.filter(({ state }) => state === 'covered').length;
  const expired = exceptions.filter(({ state }) => state === 'expired').length;
  const text = (value: string): string => printable(value, 2000);
  return `${[
    'STATEMENT OF A SCAN',
    '',
    text(headline.text),
    '',
    `Site            ${site === null ? 'not named' : text(site)}`,
    `Period          ${scan.startedAt} to ${scan.endedAt ?? 'not known'} (${scan.status})`,
    `Targets         ${text(scan.targets.join(', '))}`,
    `Coverage        ${coverage ? `${percentText(coverage.percent)}: ${coverage.addresses} addresses, ${coverage.alive} answered, ${coverage.silent} silent, ${coverage.excluded} excluded, ${coverage.notReached} not reached` : 'not known: the scan was killed'}`,
    `Method          unauthenticated identification over the network; no password was tried but where one was configured; every`,
    `                conclusion follows from recorded answers (report.json names them)`,
    `Rules           ${policies.map(({ id, title, sha256: hash }) => `${id} (${title}; SHA-256 ${hash})`).join('\n                ')}`,
    `Restricted      ${plural(headline.flagged, 'device')}, ${plural(headline.rebrands, 'rebrand')}; ${plural(devicesOf(document, 'review').length, 'device')} to review`,
    `Exceptions      ${inForce} in force, ${expired} expired`,
    `Data            ${versions.data}, hash ${versions.dataHash}`,
    `Camsweep        ${versions.camsweep}; scanned with ${text(versions.scannedWith)}`,
    `Made            ${generatedAt}`,
    '',
    'What it does not show:',
    ...limits.map((limit) => `- ${limit}`),
    '',
    `${MANIFEST} lists the SHA-256 of every file; camsweep attest verify checks them, and the signature where there is one.`,
  ].join('\n')}\n`;
}
