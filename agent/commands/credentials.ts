/**
 * The file of secrets: logins for named hosts, and SNMPv3 users. A password stands in it, or in the environment variable it names. Nothing of the file's
 * text gets into a message: a mistake may stand right where the password does.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Credential, SnmpUser } from '../../probes/probe.ts';
import { normaliseMac } from '../../probes/text.ts';
import { CamsweepError, messageOfError } from '../errors.ts';
import { formatAddress, parseAddress } from '../sweep/targets.ts';

const secretText = z.string().min(8, 'expected at least eight characters (RFC 3414)');

const snmpUserSchema = z.strictObject({
  name: z.string().min(1).max(32),
  authProtocol: z.enum(['md5', 'sha', 'sha256', 'sha512']).optional(),
  authKey: secretText.optional(),
  authKeyEnv: z.string().min(1).optional(),
  privProtocol: z.enum(['des', 'aes']).optional(),
  privKey: secretText.optional(),
  privKeyEnv: z.string().min(1).optional(),
});

const credentialsSchema = z.strictObject({
  snmpUsers: z.array(snmpUserSchema).max(8).optional(),
  hosts: z
    .record(
      z.string(),
      z.strictObject({
        /** No header can carry a colon or a control character in a user name. */
        user: z.string().regex(/^[^:\u0000-\u001f\u007f]+$/, 'expected a name without colon or control characters'),
        password: z.string().min(1).optional(),
        passwordEnv: z.string().min(1).optional(),
        allowBasic: z.boolean().optional(),
      }),
    )
    .default({}),
});
type Entry = z.infer<typeof credentialsSchema>['hosts'][string];

export interface Secrets {
  /** By address or by MAC (lower-case colons). */
  readonly logins: ReadonlyMap<string, Credential>;
  readonly snmpUsers: readonly SnmpUser[];
}

/** Throws CamsweepError `file-unreadable` or `config-invalid`. */
export function readSecrets(path: string, environment: Readonly<Record<string, string | undefined>>): Secrets {
  return secretsOf(readEntries(path), path, environment);
}

export interface SecretReferences {
  readonly hosts: number;
  readonly snmpUsers: number;
  /** What the file says are names of variables: whoever prints them looks first whether they look like it. */
  readonly variables: readonly string[];
}

/** What a file refers to, without a secret. Throws as `readSecrets`, but not for variables that are not set. */
export function secretReferences(path: string): SecretReferences {
  const { hosts, snmpUsers = [] } = readEntries(path);
  const named = [
    ...Object.values(hosts).map(({ passwordEnv }) => passwordEnv),
    ...snmpUsers.flatMap(({ authKeyEnv, privKeyEnv }) => [authKeyEnv, privKeyEnv]),
  ];
  const variables = [...new Set(named.filter((name) => name !== undefined))];
  return { hosts: Object.keys(hosts).length, snmpUsers: snmpUsers.length, variables };
}

function readEntries(path: string): z.infer<typeof credentialsSchema> {
  const parsed = credentialsSchema.safeParse(readYaml(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    // The name of an unknown key may be a password on the wrong side of a colon.
    const expected = issue?.code === 'unrecognized_keys' || !issue ? 'expected only the keys the README names' : issue.message;
    throw new CamsweepError('config-invalid', `${path}: ${issue?.path.join('.') || 'file'}: ${expected}`);
  }
  return parsed.data;
}

function secretsOf(
  data: z.infer<typeof credentialsSchema>,
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): Secrets {
  const logins = new Map<string, Credential>();
  for (const [host, entry] of Object.entries(data.hosts)) {
    const key = hostKey(host);
    if (key === undefined) throw new CamsweepError('config-invalid', `${path}: hosts.${host}: expected an IP address or a MAC`);
    if (logins.has(key)) throw new CamsweepError('config-invalid', `${path}: hosts.${host}: the same host twice`);
    logins.set(key, credentialOf(entry, `${path}: hosts.${host}`, environment));
  }
  const snmpUsers = (data.snmpUsers ?? []).map((user, index) => snmpUserOf(user, `${path}: snmpUsers.${index}`, environment));
  return { logins, snmpUsers };
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

function snmpUserOf(
  entry: z.infer<typeof snmpUserSchema>,
  place: string,
  environment: Readonly<Record<string, string | undefined>>,
): SnmpUser {
  const { name, authProtocol, authKey, authKeyEnv, privProtocol, privKey, privKeyEnv } = entry;
  const secret = (key: string | undefined, variable: string | undefined, which: string): string | undefined => {
    if (key !== undefined || variable === undefined) return key;
    const value = environment[variable];
    if (value === undefined || value.length < 8)
      throw new CamsweepError('config-invalid', `${place}: expected ${which} to name a variable of eight characters or more`);
    return value;
  };
  const user = {
    name,
    authProtocol,
    privProtocol,
    authKey: secret(authKey, authKeyEnv, 'authKeyEnv'),
    privKey: secret(privKey, privKeyEnv, 'privKeyEnv'),
  };
  if ((user.authProtocol === undefined) !== (user.authKey === undefined))
    throw new CamsweepError('config-invalid', `${place}: authProtocol and authKey go together`);
  if ((user.privProtocol === undefined) !== (user.privKey === undefined))
    throw new CamsweepError('config-invalid', `${place}: privProtocol and privKey go together`);
  if (user.privKey !== undefined && user.authKey === undefined)
    throw new CamsweepError('config-invalid', `${place}: privacy needs authentication (RFC 3414)`);
  return user;
}
