/**
 * The file with logins for named hosts. A password stands in it, or in the environment variable it names. Nothing of the file's
 * text gets into a message: a mistake may stand right where the password does.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Credential } from '../../probes/probe.ts';
import { normaliseMac } from '../../probes/text.ts';
import { CamsweepError, messageOfError } from '../errors.ts';
import { formatAddress, parseAddress } from '../sweep/targets.ts';

const credentialsSchema = z.strictObject({
  hosts: z.record(
    z.string(),
    z.strictObject({
      /** No header can carry a colon or a control character in a user name. */
      user: z.string().regex(/^[^:\u0000-\u001f\u007f]+$/, 'expected a name without colon or control characters'),
      password: z.string().min(1).optional(),
      passwordEnv: z.string().min(1).optional(),
      allowBasic: z.boolean().optional(),
    }),
  ),
});
type Entry = z.infer<typeof credentialsSchema>['hosts'][string];

/** Logins by address or by MAC (lower-case colons). Throws CamsweepError `file-unreadable` or `config-invalid`. */
export function readCredentials(path: string, environment: Readonly<Record<string, string | undefined>>): Map<string, Credential> {
  const parsed = credentialsSchema.safeParse(readYaml(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    // The name of an unknown key may be a password on the wrong side of a colon.
    const expected =
      issue?.code === 'unrecognized_keys' || !issue ? 'expected only user, password, passwordEnv, allowBasic' : issue.message;
    throw new CamsweepError('config-invalid', `${path}: ${issue?.path.join('.') || 'file'}: ${expected}`);
  }
  const logins = new Map<string, Credential>();
  for (const [host, entry] of Object.entries(parsed.data.hosts)) {
    const key = hostKey(host);
    if (key === undefined) throw new CamsweepError('config-invalid', `${path}: hosts.${host}: expected an IP address or a MAC`);
    if (logins.has(key)) throw new CamsweepError('config-invalid', `${path}: hosts.${host}: the same host twice`);
    logins.set(key, credentialOf(entry, `${path}: hosts.${host}`, environment));
  }
  return logins;
}

function readYaml(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CamsweepError('file-unreadable', `credentials file ${path}: ${messageOfError(error)}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw new CamsweepError('config-invalid', `${path}:${lines.linePos(fault.pos[0]).line}: not YAML (${fault.code})`);
  try {
    return document.toJS();
  } catch {
    throw new CamsweepError('config-invalid', `${path}: not YAML (an alias that cannot be resolved)`);
  }
}

/** The spelling a scan knows the host by. */
function hostKey(host: string): string | undefined {
  const text = host.trim();
  if (isIP(text) === 0) return normaliseMac(text);
  const address = parseAddress(text);
  return address && formatAddress(address.family, address.value);
}

function credentialOf(
  { user, password, passwordEnv, allowBasic }: Entry,
  place: string,
  environment: Readonly<Record<string, string | undefined>>,
): Credential {
  const secret = password ?? (passwordEnv === undefined ? undefined : environment[passwordEnv]);
  if (secret === undefined || secret === '')
    throw new CamsweepError('config-invalid', `${place}: expected password, or passwordEnv naming a variable that is set`);
  return { user, password: secret, ...(allowBasic === undefined ? {} : { allowBasic }) };
}
