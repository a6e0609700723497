/**
 * `npm run check`: types, lint, format, signatures and lockfile, each as the tool itself says it, then one line. Tests have
 * their own commands. Ends with 1 when anything is wrong.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const bin = (...path: string[]): string => join(ROOT, 'node_modules', ...path);

interface Step {
  readonly title: string;
  readonly run: () => { readonly ok: boolean; readonly output: string };
}

function node(script: string, ...args: string[]): { ok: boolean; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { ok: status === 0, output: `${stdout}${stderr}` };
}

const FORMATTED = ['agent/**/*.ts', 'probes/**/*.ts', 'signatures/**/*.ts', 'scripts/**/*.{ts,mjs}', 'test/**/*.ts', '*.{js,ts}'];

const STEPS: readonly Step[] = [
  { title: 'types', run: () => node(bin('typescript', 'bin', 'tsc'), '-p', 'tsconfig.json') },
  { title: 'lint', run: () => node(bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0') },
  { title: 'format', run: () => node(bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', ...FORMATTED) },
  { title: 'signatures', run: () => node(join(ROOT, 'dist', 'agent', 'cli.js'), 'signatures', 'check') },
  { title: 'lockfile', run: checkLockfile },
];

/** The lockfile carries no download addresses: it must work behind any registry. */
function checkLockfile(): { ok: boolean; output: string } {
  const bad = readFileSync(join(ROOT, 'package-lock.json'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"resolved": "http'));
  return { ok: bad.length === 0, output: bad.slice(0, 3).join('\n') };
}

let failed = 0;
for (const { title, run } of STEPS) {
  const { ok, output } = run();
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${title}\n`);
  for (const line of ok ? output.split('\n') : []) if (line.startsWith('warning: ')) process.stdout.write(`     ${line}\n`);
  if (ok) continue;
  failed++;
  process.stdout.write(`${output.trimEnd()}\n`);
}
process.stdout.write(`check: ${STEPS.length - failed} of ${STEPS.length} steps passed\n`);
process.exitCode = failed === 0 ? 0 : 1;
