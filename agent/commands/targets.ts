/** Targets as the user wrote them → ranges: reads @FILEs, resolves names, falls back to the attached subnets. */
import { existsSync, readFileSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
import { CamsweepError, messageOfError } from '../errors.ts';
import { parseTarget, type TargetRange } from '../sweep/targets.ts';

const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** Expands `@FILE` items (one target a line, `#` starts a comment); everything else passes through. */
export function expandFiles(items: readonly string[]): { text: string; place: string }[] {
  return items.flatMap((item) => {
    const path = item.startsWith('@') ? item.slice(1) : parsesOrLooksLikeName(item) ? undefined : item;
    if (path === undefined) return [{ text: item, place: `target "${item}"` }];
    return readLines(path).map(({ text, line }) => ({ text, place: `${path}:${line}: "${text}"` }));
  });
}

// A bare argument that names an existing file and is no target is a target file.
function parsesOrLooksLikeName(item: string): boolean {
  try {
    return parseTarget(item) !== undefined || !existsSync(item);
  } catch {
    return !existsSync(item);
  }
}

function readLines(path: string): { text: string; line: number }[] {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CamsweepError('file-unreadable', `targets file ${path}: ${messageOfError(error)}`);
  }
  if (content.length > MAX_FILE_BYTES) throw new CamsweepError('file-unreadable', `targets file ${path}: larger than 16 MB`);
  return content.split(/\r?\n/).flatMap((raw, index) => {
    const text = raw.replace(/#.*/, '').trim();
    return text === '' ? [] : [{ text, line: index + 1 }];
  });
}

/** Ranges of all targets. Throws CamsweepError naming the place of the first that is none. */
export async function resolveTargets(items: readonly string[]): Promise<TargetRange[]> {
  const ranges: TargetRange[] = [];
  for (const { text, place } of expandFiles(items)) {
    ranges.push(...(parseAt(text, place) ?? (await resolveName(text, place))));
  }
  // A file of comments only: "0 addresses, nothing found" would sound like an answer.
  if (ranges.length === 0) throw new CamsweepError('targets-missing', `${items.join(', ')}: no target in it`);
  return ranges;
}

function parseAt(text: string, place: string): TargetRange[] | undefined {
  try {
    const range = parseTarget(text);
    return range ? [range] : undefined;
  } catch (error) {
    if (error instanceof CamsweepError && !place.startsWith('target ')) throw new CamsweepError(error.code, `${place}: ${error.message}`);
    throw error;
  }
}

/** Targets as they are written, files read, nothing looked up. Throws CamsweepError for a file that cannot be read; `onWrong` gets what is no target. */
export function targetTexts(items: readonly string[], onWrong: (error: CamsweepError) => void): string[] {
  return expandFiles(items).flatMap(({ text, place }) => {
    try {
      if (parseAt(text, place) === undefined) checkName(text, place);
      return text;
    } catch (error) {
      if (!(error instanceof CamsweepError)) throw error;
      onWrong(error);
      return [];
    }
  });
}

/** A host name: what it stands for has to be looked up. */
export function isTargetName(text: string): boolean {
  return parseTarget(text) === undefined;
}

const NAME = /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_-]{1,63})*\.?$/;

async function resolveName(name: string, place: string): Promise<TargetRange[]> {
  checkName(name, place);
  try {
    const addresses = await lookup(name, { all: true });
    return addresses.flatMap(({ address }) => parseTarget(address) ?? []).map((range) => ({ ...range, label: name }));
  } catch (error) {
    throw new CamsweepError('target-unresolved', `${place}: no address found (${messageOfError(error)})`);
  }
}

function checkName(name: string, place: string): void {
  if (!NAME.test(name)) throw new CamsweepError('target-invalid', `${place}: expected an address, CIDR, range, host name or @FILE`);
}
