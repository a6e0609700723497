#!/usr/bin/env node
/**
 * `npm run test:lab`: an office network of emulated devices and real daemons in network namespaces, scanned by the built
 * command. Installs the Debian packages it needs, starts none of them as a service, and says what it could not test and why.
 * Plain JavaScript, no dependency. Last line on stdout: `N passed, N failed, N skipped`; exit code 1 when anything failed.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const POLICY = '/usr/sbin/policy-rc.d';
/** Set in the process that already is in a user namespace of its own. */
const INSIDE = 'CAMSWEEP_LAB_INSIDE';
const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** A program (or a file), the Debian package that has it, and what goes untested without it. */
const PROGRAMS = [
  { program: 'ip', package: 'iproute2', without: 'everything: no network can be made' },
  { program: 'tcpdump', package: 'tcpdump', without: 'what left the scanner, packet by packet' },
  { program: 'snmpd', package: 'snmpd', without: 'the SNMP agent of net-snmp' },
  { program: 'snmpsimd', package: 'snmpsim', without: 'SNMP of a camera with an empty system group and of a recorder' },
  { program: 'avahi-daemon', package: 'avahi-daemon', without: 'the mDNS responder Avahi' },
  { program: 'wsdd', package: 'wsdd', without: 'a computer that answers WS-Discovery' },
  { program: 'nginx', package: 'nginx', without: 'the web server nginx' },
  { program: 'apache2', package: 'apache2-bin', without: 'the web server Apache with a camera model as its realm' },
  { program: 'ippeveprinter', package: 'cups-ipp-utils', without: 'a network printer' },
  { program: '/usr/share/perl5/RTSP/Server.pm', package: 'librtsp-server-perl', without: 'a media server that speaks RTSP' },
  { program: 'openssl', package: 'openssl', without: 'a web server with TLS 1.0 and nothing newer' },
  { program: 'promtool', package: 'prometheus', without: 'the Prometheus output under promtool' },
];

const say = (text) => process.stdout.write(`${text}\n`);

function run(command, args, options = {}) {
  return spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, ...options });
}

function isInstalled(program) {
  if (program.startsWith('/')) return existsSync(program);
  return process.env.PATH.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const missing = () => PROGRAMS.filter(({ program }) => !isInstalled(program));

/** Runs `work` while no package may start a service; puts back what was there before. */
function withoutServices(work) {
  const before = existsSync(POLICY) ? { text: readFileSync(POLICY), mode: statSync(POLICY).mode } : undefined;
  // Ctrl-C ends the installer; the file is put back all the same.
  const wait = () => undefined;
  process.on('SIGINT', wait).on('SIGTERM', wait);
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n');
  chmodSync(POLICY, 0o755);
  try {
    return work();
  } finally {
    if (before) {
      writeFileSync(POLICY, before.text);
      chmodSync(POLICY, before.mode);
    } else rmSync(POLICY, { force: true });
    process.off('SIGINT', wait).off('SIGTERM', wait);
  }
}

function installMissing() {
  const wanted = missing();
  if (wanted.length === 0) return;
  const names = wanted.map((entry) => entry.package);
  if (process.getuid() !== 0 || process.env[INSIDE] !== undefined) {
    say(`Not installed, and only root can: ${names.join(' ')}`);
    return;
  }
  if (!isInstalled('apt-get')) {
    say(`Not installed, and there is no apt-get to do it: ${names.join(' ')}`);
    return;
  }
  say(`Installing for the lab: ${names.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => run('apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=120', ...args], { env, timeout: 240_000 });
  withoutServices(() => {
    apt('update');
    const install = (packages) => apt('install', '--no-install-recommends', ...packages);
    const together = install(names);
    if (together.status === 0) return;
    say(lastLines(together));
    // One that cannot be had must not take the others with it.
    for (const entry of missing()) {
      const alone = install([entry.package]);
      if (alone.status !== 0) say(`${entry.package}: ${lastLines(alone)}`);
    }
  });
}

function lastLines({ stdout, stderr, error }) {
  return error ? error.message : `${stdout}\n${stderr}`.trim().split('\n').slice(-3).join('\n');
}

/** Not root: the same again as root of a user namespace, where the kernel lets us. Returns when it does not. */
function becomeRootOfOurOwn() {
  const setup = 'mount -t tmpfs tmpfs /run && mkdir -p /run/netns && exec "$@"';
  const frame = ['--user', '--map-root-user', '--net', '--mount', 'sh', '-c', setup, 'sh'];
  const trial = run('unshare', [...frame, 'ip', 'netns', 'add', 'cs-try']);
  if (trial.status !== 0) {
    say(`Not root, and no user namespace can be had here (${lastLines(trial)}).`);
    return undefined;
  }
  say('Not root: running in a user namespace. Nothing can be installed there, and daemons that give up their rights do not start.');
  const env = { ...process.env, [INSIDE]: '1' };
  const { status } = run('unshare', [...frame, process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    env,
    stdio: 'inherit',
  });
  return status ?? 1;
}

/** The report of the test runner: how many of each, and the names of what failed or was left out. */
function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'camsweep-test-lab-'));
  const file = join(folder, 'report.json');
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${file}`];
  try {
    // `runner`: the default loader writes beside the packages, which may not be ours.
    const config = ['run', '--configLoader', 'runner', '--config', join(ROOT, 'vitest.lab.config.ts'), ...reporters, ...args];
    const { status } = run(process.execPath, [vitest, ...config], { cwd: ROOT, stdio: 'inherit' });
    return { status: status ?? 1, ...(existsSync(file) ? countTests(JSON.parse(readFileSync(file, 'utf8'))) : undefined) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countTests({ testResults }) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const having = (...states) => tests.filter(({ status }) => states.includes(status));
  // A file that broke before its first test fails without a test to count.
  const broken = testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some(isFailed));
  return {
    passed: having('passed').length,
    failed: having('failed').length + broken.length,
    skipped: having('pending', 'skipped', 'todo', 'disabled').map(({ fullName }) => fullName),
    broken: broken.map(({ name, message }) => `${name}: ${message}`),
  };
}

const isFailed = ({ status }) => status === 'failed';

/** Namespaces of test processes that died before they could clean up: nothing may stay behind. */
function removeLeftOvers() {
  for (const line of run('ip', ['netns', 'list']).stdout?.split('\n') ?? []) {
    const [, name, pid] = /^(cs-(\d+)-\S+)/.exec(line) ?? [];
    if (name === undefined || existsSync(`/proc/${pid}`)) continue;
    for (const inside of run('ip', ['netns', 'pids', name]).stdout.split('\n').filter(Boolean)) endProcess(Number(inside));
    run('ip', ['netns', 'del', name]);
  }
}

function endProcess(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function main() {
  process.env.PATH = [...new Set([...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_PATH])].join(delimiter);
  if (process.platform !== 'linux') {
    say('The lab needs network namespaces, which only Linux has: nothing tested.\n0 passed, 0 failed, 0 skipped');
    return 0;
  }
  if (process.getuid() !== 0) {
    const status = becomeRootOfOurOwn();
    if (status !== undefined) return status;
  }
  installMissing();
  const lacking = missing();
  const { status, passed = 0, failed = 0, skipped = [], broken = [] } = runTests(process.argv.slice(2));
  removeLeftOvers();
  for (const entry of lacking) say(`Package ${entry.package} is missing; not tested: ${entry.without}`);
  for (const name of skipped) say(`skipped: ${name}`);
  for (const text of broken) say(`failed: ${text}`);
  // A run that broke off without a failed test is a failure all the same.
  const failures = status !== 0 && failed === 0 ? 1 : failed;
  say(`${passed} passed, ${failures} failed, ${skipped.length} skipped`);
  return failures === 0 ? 0 : 1;
}

process.exitCode = main();
