import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return path.endsWith('.ts') && !path.endsWith('.d.ts') ? [path] : [];
  });
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\('([^']+)'\)/g;

function edges(file: string): Edge[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = match[2] ?? match[3] ?? '';
    const to = target.startsWith('.') ? normalize(relative(ROOT, join(ROOT, dirname(file), target))) : target;
    return { from: file, to, typeOnly: match[1] !== undefined };
  });
}

const all = ['agent', 'probes', 'signatures'].flatMap(sources).flatMap(edges);
/** Rules of the inventory; what touches the disk is named, and everything below store/. */
const INVENTORY_RULES = /^agent\/inventory\/(?!scan-file|login-ledger)[^/]+\.ts$/;
const PURE_ROOM = /^agent\/(identify|policy|report)\//;
/** Payload builders; `http.ts` is the socket of all targets. */
const EXPORT_RULES = /^agent\/export\/(?!http\.ts$)/;
const isPure = (file: string): boolean => PURE_ROOM.test(file) || INVENTORY_RULES.test(file) || EXPORT_RULES.test(file);
const ours = (path: string): boolean => /^(agent|probes|signatures|test|scripts)\//.test(path);

/** Who may import whom (design section 2). The first rule whose `from` fits decides. */
const RULES: readonly { from: RegExp; may: readonly RegExp[] }[] = [
  { from: /^probes\/(index|decode|touch)\.ts$/, may: [/^probes\//] },
  { from: /^probes\/[^/]+\.ts$/, may: [/^probes\/[^/]+\.ts$/] },
  { from: /^probes\/([^/]+)\//, may: [/^probes\/[^/]+\.ts$/] },
  { from: /^signatures\//, may: [/^signatures\//] },
  {
    from: /^agent\/(identify|policy|report)\//,
    may: [/^agent\/(identify|policy|report)\//, /^agent\/addresses\.ts$/, /^probes\/(text|observation|recording|serial)\.ts$/],
  },
  {
    from: /^agent\/inventory\//,
    may: [/^agent\/inventory\//, /^agent\/errors\.ts$/, /^agent\/policy\/types\.ts$/, /^probes\/(recording|text|probe)\.ts$/],
  },
  {
    from: /^agent\/export\//,
    may: [
      /^agent\/export\//,
      /^agent\/(clock|errors)\.ts$/,
      /^agent\/policy\/(types|exceptions|finding)\.ts$/,
      /^agent\/inventory\/(types|phase-out|subject)\.ts$/,
      /^probes\/text\.ts$/,
    ],
  },
  { from: /^agent\/net\//, may: [/^agent\/net\//, /^agent\/(clock|log|errors)\.ts$/, /^probes\/(text|transport|probe)\.ts$/] },
  { from: /^agent\/sweep\//, may: [/^agent\/(sweep|net|identify)\//, /^agent\/(addresses|clock|log|errors)\.ts$/, /^probes\/[^/]+\.ts$/] },
  { from: /^agent\/config\//, may: [/^agent\/config\//, /^agent\/errors\.ts$/, /^probes\/[^/]+\.ts$/] },
  { from: /^agent\/(commands\/|program|cli)/, may: [/^agent\//, /^probes\//, /^signatures\//, /^test\/lab\//] },
  { from: /^agent\/[^/]+\.ts$/, may: [/^agent\/[^/]+\.ts$/] },
];

describe('import rules', () => {
  it('reads a real graph', () => {
    expect(all.length).toBeGreaterThan(200);
  });

  it('has no edge the design does not draw', () => {
    const wrong = all.filter(({ from, to, typeOnly }) => {
      if (!ours(to) || typeOnly) return false;
      const rule = RULES.find((candidate) => candidate.from.test(from));
      const ownFolder = /^probes\/[^/]+\//.exec(from)?.[0];
      if (ownFolder !== undefined && to.startsWith(ownFolder)) return false;
      return !rule?.may.some((pattern) => pattern.test(to));
    });
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('keeps the pure rooms pure: no socket, file, clock or process', () => {
    const impure = all.filter(
      ({ from, to }) => isPure(from) && /^(node:)?(fs|net|dgram|tls|http|https|child_process|timers|process|os)(\/|$)/.test(to),
    );
    expect(impure.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
    for (const file of sources('agent').filter(isPure)) {
      const code = readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      expect(/\b(process\.|Date\.now|new Date\(\)|performance\.now|Math\.random)/.exec(code)?.[0], file).toBeUndefined();
    }
  });

  it('opens sockets only in agent/net and in the adapters around protocol libraries', () => {
    const allowed = /^(agent\/net\/|agent\/export\/http\.ts$|probes\/mdns\/|probes\/snmp\/)/;
    const opening = all.filter(
      ({ from, to, typeOnly }) => !typeOnly && /^(node:)?(net|dgram|tls|http|https|http2)$/.test(to) && !allowed.test(from),
    );
    const real = opening.filter(({ from }) => !/import \{ isIPv?[46]?[^}]*\} from 'node:net'/.test(readFileSync(join(ROOT, from), 'utf8')));
    expect(real.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('prints only from commands', () => {
    for (const file of ['agent', 'probes', 'signatures'].flatMap(sources)) {
      if (/^agent\/(commands\/|cli\.ts)/.test(file)) continue;
      const code = readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      expect(/\bconsole\.|process\.std(out|err)/.exec(code)?.[0], file).toBeUndefined();
    }
  });
});
