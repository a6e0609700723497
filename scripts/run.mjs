#!/usr/bin/env node
/**
 * Entry of every npm script: does the set-up a fresh checkout needs (once), then the job. Plain JavaScript, no dependency,
 * because it runs before there is any. Everything it says itself goes to stderr: stdout belongs to results.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BUILT_FROM = ['agent', 'probes', 'signatures', 'scripts', 'test/lab', 'test/stand-ins'];
const CONFIGURATION = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const MIN_NODE = [20, 20];

const say = (text) => process.stderr.write(`${text}\n`);

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return;
  say(`camsweep needs Node.js ${MIN_NODE.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(2);
}

/** Runs a program to its end with its stdout on our stderr; ends us when it fails. */
function must(title, command, args) {
  say(title);
  const quiet = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
  if (quiet.status === 0) return;
  process.stderr.write(quiet.stdout ?? '');
  process.stderr.write(quiet.stderr ?? '');
  say(`${title} failed (${command} ${args.join(' ')})${quiet.error ? `: ${quiet.error.message}` : ''}`);
  process.exit(4);
}

function install() {
  const stamp = join(ROOT, 'node_modules', '.camsweep-setup');
  const wanted = fingerprint([join(ROOT, 'package-lock.json')]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  must('Installing dependencies (once) …', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, wanted);
}

export function build() {
  const stamp = join(ROOT, 'dist', '.built-from');
  const sources = [...BUILT_FROM.flatMap((folder) => filesBelow(join(ROOT, folder))), ...CONFIGURATION.map((file) => join(ROOT, file))];
  const wanted = fingerprint(sources);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  must('Building …', process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']);
  must('Packing data …', process.execPath, [join(ROOT, 'dist', 'scripts', 'pack-data.js')]);
  must('Bundling …', process.execPath, [join(ROOT, 'dist', 'scripts', 'bundle.js')]);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

/** Names and contents, so that a checkout, a copy and a touched file all tell the truth. */
function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    if (!statSync(file).isFile()) continue;
    hash.update(relative(ROOT, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Hands the terminal to the job and ends as it ends. Signals reach the job; it decides how to stop. */
function become(command, args, environment = {}) {
  const job = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => job.kill(signal));
  job.on('error', (error) => {
    say(`${command}: ${error.message}`);
    process.exit(4);
  });
  job.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}

const node = (script, args) => become(process.execPath, [join(ROOT, script), ...args]);
const tool = (name, args) => become(process.execPath, [join(ROOT, 'node_modules', ...name), ...args]);

const JOBS = {
  build: () => {},
  camsweep: (args) => node('dist/agent/cli.js', args),
  demo: (args) => node('dist/agent/cli.js', ['lab', '--demo', ...args]),
  accuracy: (args) => node('dist/scripts/accuracy.js', args),
  test: (args) => tool(['vitest', 'vitest.mjs'], ['run', ...args]),
  'test:lab': (args) => node('scripts/test-lab.mjs', args),
  bench: (args) => node('dist/scripts/bench/main.js', args),
  mask: (args) => node('dist/scripts/mask-recording.js', args),
  fuzz: (args) => node('dist/scripts/fuzz-main.js', args),
  check: (args) => node('dist/scripts/check.js', args),
};

const [job = '', ...args] = process.argv.slice(2);
requireNode();
const run = JOBS[job];
if (!run) {
  say(`run.mjs: unknown job "${job}"; expected one of ${Object.keys(JOBS).join(', ')}`);
  process.exit(2);
}
install();
build();
run(args);
