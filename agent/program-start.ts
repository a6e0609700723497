/**
 * Starts the bundled program, and keeps what the engine compiled of it for the next start: reading and compiling its own code is a
 * quarter of what a short scan costs. The bundle works without it, and whatever goes wrong with the cache, it is left aside.
 *
 * Kept in the user's own cache folder. What lies there is run, so a file that is not this user's alone is not read. Its name holds the
 * digest of the bundle and the version of Node: the engine itself tells two programs apart by their length only.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { cacheDirectory } from './config/data-directory.ts';

export interface Program {
  readonly main: (argv: readonly string[]) => Promise<void>;
}

const NAME = /^program-[0-9a-f]{16}-[\w.-]+\.bin$/;
/** What says that a run uses little of the program. */
const HALF_RUNS: readonly string[] = ['--dry-run', '--explain-traffic', '--help', '-h'];
const OTHERS_MAY_WRITE = 0o022;

/**
 * For a program that is mostly over in two seconds. Its heap grows by half, not fourfold, before it is tidied: a scan of a /16 holds
 * 60 MB, and would take 400. What is short-lived gets its full 16 MB at once: from 1 MB up by doubling, it is tidied five times before
 * it is large enough. And the engine of Node 20 optimises what runs often at a price that a short run never gets back: it
 * waits fifteen times as long here. Later engines do not know this last flag, and say so aloud.
 */
function engineFlags(): readonly string[] {
  return [
    '--heap-growing-percent=50',
    '--semi-space-growth-factor=16',
    ...(process.version.startsWith('v20.') ? ['--interrupt-budget=1000000'] : []),
  ];
}

/** Runs the bundle and returns what it exports. `digest`: hex, of its text. */
export function startBundle(bundle: URL, digest: string): Program {
  for (const flag of engineFlags()) setFlagsFromString(flag);
  const file = fileURLToPath(bundle);
  const source = Module.wrap(readFileSync(file, 'utf8'));
  const cacheFile = fileFor(digest);
  const cachedData = cacheFile === undefined ? undefined : readOwn(cacheFile);
  const script = new Script(source, {
    filename: file,
    ...(cachedData ? { cachedData } : {}),
  });
  const isNew = cachedData === undefined || script.cachedDataRejected === true;
  if (cacheFile !== undefined && isNew && usesMost(process.argv)) process.on('exit', () => keep(script, cacheFile));
  const exported = { exports: {} };
  const body: unknown = script.runInThisContext();
  // A script the engine had compiled before has lost the way to import: the bundle asks for it here.
  const require = Object.assign(createRequire(file), { importFor: (name: string): Promise<unknown> => import(name) });
  if (isWrapper(body)) body(exported.exports, require, exported, file, dirname(file));
  if (!isProgram(exported.exports)) throw new Error(`${file} is not the bundled program`);
  return exported.exports;
}

/** A scan uses most of the program, and its time is what people wait for. */
function usesMost([, , verb, ...rest]: readonly string[]): boolean {
  return verb === 'scan' && !rest.some((word) => HALF_RUNS.includes(word));
}

function isWrapper(value: unknown): value is (...given: readonly unknown[]) => unknown {
  return typeof value === 'function';
}

function isProgram(value: object): value is Program {
  return 'main' in value && typeof value.main === 'function';
}

function fileFor(digest: string): string | undefined {
  const folder = cacheDirectory(process.env);
  return folder === undefined ? undefined : join(folder, `program-${digest.slice(0, 16)}-${process.version}-${process.arch}.bin`);
}

/** Undefined where there is none, or it is not this user's alone. */
export function readOwn(file: string): Buffer | undefined {
  try {
    for (const path of [dirname(file), file]) {
      const { uid, mode } = statSync(path);
      if (process.getuid !== undefined && (uid !== process.getuid() || (mode & OTHERS_MAY_WRITE) !== 0)) return undefined;
    }
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Written beside and renamed: a start in the same moment finds the old one, the new one or none. Older ones are taken away. */
function keep(script: Script, file: string): void {
  const folder = dirname(file);
  const beside = `${file}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) if (NAME.test(name)) rmSync(join(folder, name), { force: true });
    writeFileSync(beside, script.createCachedData(), { mode: 0o600 });
    renameSync(beside, file);
  } catch {
    rmSync(beside, { force: true });
  }
}
