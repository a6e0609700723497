/**
 * Bundles the compiled program into one file: Node 20 needs a millisecond a module, and a scan has 440 of them before its first
 * packet; and of one script the engine's compiled code can be kept (`agent/program-start.ts`). `dist/agent/program.js` becomes two lines
 * that lead to the bundle; every other compiled file stays as it is, so tests and
 * scripts import what they always did, and after a bare `tsc` the program simply runs unbundled. Nothing is minified: stack
 * traces keep their names and lines.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OutputChunk, Plugin } from 'rolldown';
import { inAscii } from './in-ascii.ts';

const DIST = fileURLToPath(new URL('../', import.meta.url));
const ROOT = join(DIST, '..');
const ENTRY = join(DIST, 'agent', 'program.js');
const FOLDER = join(DIST, 'agent', 'bundle');
const LICENCES = 'LICENCES.txt';
const BUNDLE = join(FOLDER, 'program.cjs');

function leadTo(bundle: string): string {
  const digest = createHash('sha256').update(readFileSync(bundle)).digest('hex');
  return [
    "import { startBundle } from './program-start.js';",
    `export const { main } = startBundle(new URL('./bundle/program.cjs', import.meta.url), '${digest}');`,
    '',
  ].join('\n');
}

/** Packages that find files beside themselves at run time, or compile natively. */
const APART: readonly string[] = ['@photostructure/sqlite', 'oui-data'];

/** Folder of the package a file or an import belongs to; undefined for our own. */
function packageOf(path: string): string | undefined {
  const at = path.lastIndexOf('node_modules/');
  if (at < 0) return undefined;
  const [first = '', second = ''] = path.slice(at + 'node_modules/'.length).split('/');
  return `${path.slice(0, at)}node_modules/${first.startsWith('@') ? `${first}/${second}` : first}`;
}

/** The file that holds a package's licence text: some have it in their readme. */
function licenceFile(folder: string): string | undefined {
  const files = readdirSync(folder);
  const own = files.find((file) => /^licen[cs]e/i.test(file));
  const readme = files.find(
    (file) => /^readme/i.test(file) && readFileSync(join(folder, file), 'utf8').includes('Permission is hereby granted'),
  );
  const name = own ?? readme;
  return name === undefined ? undefined : join(folder, name);
}

/** The text from its heading on: what stands above it in a readme is no part of it. */
function licenceText(file: string): string {
  const text = readFileSync(file, 'utf8');
  const heading = /readme/i.test(file) ? text.search(/^#+ *licen[cs]e/im) : 0;
  return text.slice(Math.max(0, heading)).trim();
}

/** What stays an import: the platform, what must lie apart, and what does not bring the licence text we would have to hand on. */
function isExternal(id: string): boolean {
  if (id.startsWith('.') || id.startsWith('/') || /^[A-Za-z]:[\\/]/.test(id)) return false;
  if (id.startsWith('node:')) return true;
  const name = id.split('/', id.startsWith('@') ? 2 : 1).join('/');
  const folder = join(ROOT, 'node_modules', name);
  return APART.includes(name) || !existsSync(folder) || licenceFile(folder) === undefined;
}

/** Files that lie beside a module are still found beside it: its address is the one it had. */
const ownAddresses: Plugin = {
  name: 'own-addresses',
  transform(code, id) {
    if (!id.startsWith(DIST) || !code.includes('import.meta.url')) return null;
    const address = JSON.stringify(relative(FOLDER, id).split(sep).join('/'));
    const there = `require('node:url').pathToFileURL(require('node:path').join(__dirname, ${address})).href`;
    return { code: code.replaceAll('import.meta.url', there) };
  },
};

/** A script that was compiled before cannot import by itself: whoever started it does that for it. */
const importsByStarter: Plugin = {
  name: 'imports-by-starter',
  renderChunk: (code) => {
    const changed = code.replaceAll(/\bimport\((["'][\w@./:-]+["'])\)/g, 'require.importFor($1)');
    const left = /^.*\bimport\(.*$/m.exec(changed)?.[0];
    if (left !== undefined) throw new Error(`an import the bundle could not do: ${left.trim().slice(0, 200)}`);
    return { code: changed };
  },
};

function licencesOf(chunks: readonly OutputChunk[]): string {
  const folders = chunks.flatMap(({ moduleIds }) => moduleIds.flatMap((id) => packageOf(id.split(sep).join('/')) ?? []));
  const texts = [...new Set(folders)].sort().map((folder) => {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
    const file = licenceFile(folder);
    if (file === undefined) throw new Error(`${folder} is in the bundle and brings no licence text: name it in APART`);
    return `${folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)} ${version}\n\n${licenceText(file)}\n`;
  });
  return `Packages that are part of the files in this folder, each with its licence.\n\n${texts.join(`\n${'-'.repeat(72)}\n\n`)}`;
}

if (readFileSync(ENTRY, 'utf8').includes('startBundle(')) throw new Error(`${ENTRY} is bundled already: compile first`);
rmSync(FOLDER, { recursive: true, force: true });
// No binary of the bundler for this platform is no reason to have no program.
const bundler = await import('rolldown').catch((error: unknown) => {
  process.stderr.write(`not bundled, so camsweep starts more slowly: ${String(error)}\n`);
});
if (bundler) {
  const build = await bundler.rolldown({
    input: ENTRY,
    platform: 'node',
    cwd: ROOT,
    external: isExternal,
    plugins: [ownAddresses, importsByStarter],
  });
  const { output } = await build.write({ file: BUNDLE, format: 'cjs', codeSplitting: false });
  await build.close();
  // Not a step of the bundler, which prints its letters as it likes in the end.
  writeFileSync(BUNDLE, inAscii(readFileSync(BUNDLE, 'utf8')));
  writeFileSync(join(FOLDER, LICENCES), licencesOf(output.filter((part) => part.type === 'chunk')));
  writeFileSync(ENTRY, leadTo(BUNDLE));
}
