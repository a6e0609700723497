/**
 * What an export needs, from the `exports:` of the configuration, from flags and from variables: the target, its own settings, and for
 * systems with an API where it is and how to log in. Secrets come from a variable or a file, never from a flag or the configuration.
 */
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { ExportEntry } from '../config/export-entries.ts';
import { CamsweepError, messageOfError } from '../errors.ts';
import { HTTP_DEFAULTS, type HttpLogin, type HttpSettings } from '../export/http.ts';
import { findTarget, TARGETS } from '../export/index.ts';
import type { ApiTarget, DocumentTarget, Target } from '../export/types.ts';
import { USER_AGENT } from '../version.ts';

export const SELECTIONS = ['all', 'restricted', 'new', 'changed'] as const;
export type Selection = (typeof SELECTIONS)[number];

interface Common {
  /** What the outbox knows it by. */
  readonly name: string;
  readonly site: string | undefined;
  readonly only: Selection | undefined;
  readonly settings: unknown;
}

export interface DocumentJob extends Common {
  readonly target: DocumentTarget;
  readonly output: string | undefined;
}

export interface ApiJob extends Common {
  readonly target: ApiTarget;
  readonly http: HttpSettings;
}

export type ExportJob = DocumentJob | ApiJob;

export function isApiJob(job: ExportJob): job is ApiJob {
  return job.target.kind === 'api';
}

const sharedKeys = { target: z.string(), site: z.string().optional(), only: z.enum(SELECTIONS).optional() };
const documentKeys = z.object({ ...sharedKeys, output: z.string().optional() });
const apiKeys = z.object({
  ...sharedKeys,
  url: z.string(),
  login: z.enum(['none', 'bearer', 'token', 'basic', 'header']).optional(),
  tokenEnv: z.string().optional(),
  tokenFile: z.string().optional(),
  user: z.string().optional(),
  loginHeader: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/)
    .optional(),
  caFile: z.string().optional(),
  timeoutSeconds: z.number().positive().max(600).optional(),
  perSecond: z.number().positive().max(1000).optional(),
  concurrency: z.int().min(1).max(32).optional(),
});

export interface Surroundings {
  readonly entries: readonly ExportEntry[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `key=value` of `--set`. */
  readonly given: readonly string[];
}

/** Throws CamsweepError `export-unknown`, `config-invalid`, `option-invalid` or `file-unreadable`. */
export function exportJob(name: string, { entries, environment, given }: Surroundings): ExportJob {
  const entry = entries.find((candidate) => candidate.name === name);
  const flags = Object.fromEntries(given.map(pairOf));
  const id = entry ? entry.values.target : name;
  const target = typeof id === 'string' ? findTarget(id) : undefined;
  if (!target) {
    const known = TARGETS.map((one) => one.id).join(', ');
    if (entry) throw new CamsweepError('config-invalid', `${entry.place(['target'])}: expected one of ${known}`);
    const names = entries.map((one) => one.name).join(', ');
    throw new CamsweepError('export-unknown', `"${name}": expected one of ${known}${names === '' ? '' : `, or ${names}`}`);
  }
  const place = (path: readonly PropertyKey[]): string => {
    if (entry && !Object.hasOwn(flags, String(path[0]))) return entry.place(path);
    return `--set ${path.map(String).join('.')}`;
  };
  const raw = { ...urlOf(target, environment), ...entry?.values, ...flags, target: target.id };
  return target.kind === 'document' ? documentJob(name, target, raw, place) : apiJob(name, target, raw, place, environment);
}

type Place = (path: readonly PropertyKey[]) => string;
type Raw = Readonly<Record<string, unknown>>;

function documentJob(name: string, target: DocumentTarget, raw: Raw, place: Place): DocumentJob {
  const common = checked(documentKeys, raw, place);
  const { site, only, output } = common;
  return { name, target, site, only, output, settings: checked(target.settings, rest(raw, documentKeys), place) };
}

function apiJob(name: string, target: ApiTarget, raw: Raw, place: Place, environment: Surroundings['environment']): ApiJob {
  const common = checked(apiKeys, raw, place, `; ${prefixOf(target)}_URL gives it too`);
  const kind = common.login ?? target.logins[0];
  if (!target.logins.includes(kind))
    throw new CamsweepError('config-invalid', `${place(['login'])}: expected one of ${target.logins.join(', ')}`);
  const http: HttpSettings = {
    baseUrl: common.url,
    login: loginOf(kind, common, target, place, environment),
    ca: common.caFile === undefined ? undefined : readText(common.caFile, place(['caFile'])),
    timeoutMs: common.timeoutSeconds === undefined ? HTTP_DEFAULTS.timeoutMs : common.timeoutSeconds * 1000,
    maxBytes: HTTP_DEFAULTS.maxBytes,
    concurrency: common.concurrency ?? target.pace?.concurrency ?? HTTP_DEFAULTS.concurrency,
    perSecond: common.perSecond ?? target.pace?.perSecond ?? HTTP_DEFAULTS.perSecond,
    userAgent: USER_AGENT,
  };
  const { site, only } = common;
  return { name, target, site, only, http, settings: checked(target.settings, rest(raw, apiKeys), place) };
}

function loginOf(
  kind: HttpLogin['kind'],
  { login, tokenEnv, tokenFile, user, loginHeader }: z.infer<typeof apiKeys>,
  target: ApiTarget,
  place: Place,
  environment: Surroundings['environment'],
): HttpLogin {
  if (kind === 'none') return { kind };
  const variable = tokenEnv ?? `${prefixOf(target)}_TOKEN`;
  const secret = (tokenFile === undefined ? environment[variable] : readText(tokenFile, place(['tokenFile'])))?.trim();
  if (secret === undefined || secret === '')
    throw new CamsweepError(
      'config-invalid',
      `${place([tokenFile === undefined ? 'tokenEnv' : 'tokenFile'])}: ${tokenFile ?? nameOfVariable(variable)} is empty`,
    );
  if (/[\r\n\0]/.test(secret)) throw new CamsweepError('config-invalid', `${place(['tokenFile'])}: expected one line`);
  if (kind === 'header') {
    if (loginHeader === undefined) throw new CamsweepError('config-invalid', `${place(['loginHeader'])}: expected the name of a header`);
    return { kind, name: loginHeader, secret };
  }
  if (kind !== 'basic') return { kind: login === undefined ? (target.loginFor?.(secret) ?? kind) : kind, secret };
  if (user === undefined) throw new CamsweepError('config-invalid', `${place(['user'])}: expected the name to log in with`);
  return { kind, user, secret };
}

/** A token may stand by mistake where the name of its variable should: what does not look like one is not printed. */
export function nameOfVariable(name: string): string {
  return /^[A-Z_][A-Z0-9_]*$/.test(name) ? name : '(a name in other letters than A-Z, 0-9 and _)';
}

function prefixOf({ id }: Target): string {
  return `CAMSWEEP_${id.toUpperCase().replaceAll('-', '_')}`;
}

function urlOf(target: Target, environment: Surroundings['environment']): Raw {
  const url = environment[`${prefixOf(target)}_URL`];
  return target.kind === 'api' && url !== undefined && url !== '' ? { url } : {};
}

function rest(raw: Raw, common: z.ZodObject): Raw {
  return Object.fromEntries(Object.entries(raw).filter(([key]) => !Object.hasOwn(common.shape, key)));
}

/** `alsoBy`: where a missing setting may stand besides, in words. */
function checked<T>(schema: z.ZodType<T>, raw: unknown, place: Place, alsoBy = ''): T {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : (issue?.path ?? []);
  const [key] = path;
  if (path.length === 1 && isMissing(raw, key)) throw new CamsweepError('config-invalid', `${place(path)}: is missing${alsoBy}`);
  throw new CamsweepError('config-invalid', `${place(path)}: ${issue?.message ?? 'not understood'}`);
}

function isMissing(raw: unknown, key: PropertyKey | undefined): boolean {
  return typeof raw === 'object' && raw !== null && key !== undefined && !Object.hasOwn(raw, key);
}

function pairOf(text: string): readonly [string, unknown] {
  const equals = text.indexOf('=');
  if (equals <= 0) throw new CamsweepError('option-invalid', `--set "${text}": expected key=value`);
  const key = text.slice(0, equals);
  if (/^(token|secret|password)$/i.test(key))
    throw new CamsweepError('option-invalid', `--set ${key}: secrets are named by tokenEnv or tokenFile, never given as a flag`);
  try {
    const value: unknown = parseYaml(text.slice(equals + 1));
    return [key, value];
  } catch {
    return [key, text.slice(equals + 1)];
  }
}

function readText(path: string, place: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CamsweepError('file-unreadable', `${place}: ${path}: ${messageOfError(error)}`);
  }
}
