/** The peers, from Debian. Installed when they are missing and this is root; no service is started by that. */
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { isInstalled } from './bench.ts';

interface Needed {
  readonly program: string;
  readonly package: string;
}

const FRAME: readonly Needed[] = [
  { program: 'ip', package: 'iproute2' },
  { program: 'tcpdump', package: 'tcpdump' },
  { program: 'time', package: 'time' },
  { program: 'fping', package: 'fping' },
];
const POLICY = '/usr/sbin/policy-rc.d';

/** Installs what can be had; returns the programs still missing. */
export function install(peers: readonly Needed[], say: (line: string) => void): string[] {
  const wanted = [...FRAME, ...peers];
  const missing = (): Needed[] => wanted.filter(({ program }) => !isInstalled(program));
  const packages = [...new Set(missing().map((needed) => needed.package))];
  if (packages.length > 0 && isInstalled('apt-get')) {
    say(`Installing for the benchmark: ${packages.join(' ')}`);
    withoutServices(() => {
      const apt = (...args: string[]): boolean =>
        spawnSync('apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=120', ...args], {
          env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
          timeout: 240_000,
        }).status === 0;
      apt('update');
      // One that cannot be had must not take the others with it.
      if (!apt('install', '--no-install-recommends', ...packages))
        for (const name of packages) apt('install', '--no-install-recommends', name);
    });
  }
  return [...new Set(missing().map(({ program }) => program))];
}

/** Runs `work` while no package may start a service; puts back what was there before. */
function withoutServices(work: () => void): void {
  const before = existsSync(POLICY) ? { text: readFileSync(POLICY), mode: statSync(POLICY).mode } : undefined;
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n');
  chmodSync(POLICY, 0o755);
  try {
    work();
  } finally {
    if (before) {
      writeFileSync(POLICY, before.text);
      chmodSync(POLICY, before.mode);
    } else rmSync(POLICY, { force: true });
  }
}
