/** The command line: verbs and flags from the option table, one import per verb when it is used. */
import { Command, CommanderError, Option as Flag } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIo, type Io } from './commands/io.ts';
import { homeDirectory } from './config/data-directory.ts';
import { OPTIONS, variableOf } from './config/options.ts';
import type { ScanSettings } from './config/settings.ts';
import { resolveSettings, siteNames, type ConfigFile, type FlagValues } from './config/resolve.ts';
import { CamsweepError, ERRORS, EXIT, messageOfError } from './errors.ts';
import { addConfigVerbs } from './program-config.ts';
import { addExportVerbs } from './program-export.ts';
import { addInventoryVerbs } from './program-inventory.ts';
import { addPolicyVerbs } from './program-policy.ts';
import { addReportVerbs } from './program-report.ts';
import { printable } from '../probes/text.ts';
import { VERSION } from './version.ts';

const MAX_MESSAGE = 2000;

type Flags = Readonly<Record<string, string | boolean | string[] | undefined>>;

/** Parses, runs and sets the exit code. Never throws. */
export async function main(argv: readonly string[]): Promise<void> {
  const io = processIo();
  const stop = stopSignal(io);
  const program = buildProgram(io, stop);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = fail(error, io, verbOf(program, argv.slice(2)));
  }
  // A probe's library may still hold a timer or socket; the result is out, and nothing outlives its deadline.
  process.exit();
}

/** The verb that was typed, with those below it: `config check`. */
function verbOf(command: Command, words: readonly string[]): string | undefined {
  const [word, ...others] = words;
  const inner = command.commands.find((one) => one.name() === word);
  if (inner === undefined) return undefined;
  return [inner.name(), verbOf(inner, others)].filter((name) => name !== undefined).join(' ');
}

function fail(error: unknown, io: Io, verb: string | undefined): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof CamsweepError) {
    // What a file holds stands in some messages: to a terminal it is as strange as what a device says.
    const lines = error.message.split('\n').map((line) => printable(line, MAX_MESSAGE));
    io.say(`camsweep: ${lines.join('\n')}\n  ${error.hintFor(verb)} [${error.code}]`);
    return error.exitCode;
  }
  io.say(
    `camsweep: internal error: ${error instanceof Error ? (error.stack ?? error.message) : messageOfError(error)}\n  ${ERRORS.internal.hint} [internal]`,
  );
  return EXIT.internal;
}

/** First Ctrl-C or SIGTERM ends the scan with what it has; a second one ends the process. */
function stopSignal(io: Io): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(EXIT.incomplete);
      io.say('Stopping with what there is. Once more to quit at once.');
      controller.abort();
    });
  }
  return controller.signal;
}

function buildProgram(io: Io, stop: AbortSignal): Command {
  const program = new Command('camsweep')
    .description(
      'Finds the surveillance devices on a network, says who really made each of them, and flags Hikvision hardware, rebrands included.',
    )
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.say(text.trimEnd()) })
    .showHelpAfterError('(add --help for the options)');
  const verb = (name: string, description: string): Command => program.command(name).description(description).exitOverride();

  addScanFlags(verb('scan', 'scan targets, or the directly attached subnets').argument('[targets...]', OPTIONS.targets.help)).action(
    async (targets: string[], flags: Flags) => {
      const { scan } = await import('./commands/scan.ts');
      const wanted = {
        format: formatOf(flags),
        everything: flags.all === true,
        explainTraffic: flags.explainTraffic === true,
        dryRun: flags.dryRun === true,
        resume: flags.resume === true,
        words: process.argv.slice(2),
        configFile: configFile(flags.config),
      };
      if (wanted.resume && flags.allSites === true)
        throw new CamsweepError('option-invalid', '--resume and --all-sites: expected one site, named with --site');
      const sites = flags.allSites === true ? allSites(flags) : [undefined];
      // All are read before the first is asked: a mistake in the last one shows at once.
      const all = sites.map((site) => settingsFrom(site === undefined ? flags : { ...flags, site }, targets));
      const codes: number[] = [];
      // One after the other: each is at the pace of its own network, and one result follows the other. One that fails keeps none from its turn.
      for (const settings of all) {
        if (!stop.aborted) codes.push(await scan(settings, wanted, io, stop).catch((error: unknown) => fail(error, io, 'scan')));
      }
      process.exitCode = worstOf(codes);
    },
  );

  addWatchFlags(verb('watch', 'listen, sending nothing, and tell of each device as it is heard')).action(async (flags: Flags) => {
    const { checkWatchConditions, watch } = await import('./commands/watch.ts');
    const seconds = typeof flags.for === 'string' ? flags.for : undefined;
    const settings = settingsFrom(flags, []);
    // In a file or a variable it is meant for scans, and watch leaves out what it cannot know.
    if (flags.failOn !== undefined) checkWatchConditions(settings.failOn);
    process.exitCode = await watch(settings, { jsonl: flags.jsonl === true, everything: flags.all === true, seconds }, io, stop);
  });

  verb('explain', 'why the last scan said what it said of an address, down to the bytes')
    .argument('<address>', 'address or MAC; with --scan any key of the device')
    .option('--json', 'as JSON, recordings included')
    .option('--scan <scan>', SCAN_HELP)
    .option('--db <file>', OPTIONS.db.help)
    .addOption(configFlag())
    .action(async (address: string, flags: Flags) => {
      const { explain } = await import('./commands/explain.ts');
      process.exitCode = explain(address, settingsFrom(flags, []).policies, flags.json === true, io, wantedScan(flags));
    });

  verb('judge', 'judge recordings offline: JSON Lines in, one verdict a line out')
    .argument('[files...]', 'recordings, `-` for stdin')
    .addOption(configFlag())
    .action(async (files: string[], flags: Flags) => {
      const { judgeFiles } = await import('./commands/judge.ts');
      process.exitCode = await judgeFiles(files, settingsFrom(flags, []).policies, io);
    });

  const signatures = verb('signatures', 'the data that judges');
  signatures
    .command('check')
    .description('prove every signature on its examples')
    .action(async () => {
      const { checkSignatures } = await import('./commands/signatures.ts');
      process.exitCode = checkSignatures(io);
    });
  signatures
    .command('list')
    .description('makers and what recognises each')
    .option('--json', 'as JSON')
    .action(async (flags: Flags) => {
      const { listSignatures } = await import('./commands/signatures.ts');
      process.exitCode = listSignatures(io, flags.json === true);
    });
  signatures
    .command('show')
    .description('a maker or a signature in full')
    .argument('<id>')
    .action(async (id: string) => {
      const { showSignatures } = await import('./commands/signatures.ts');
      process.exitCode = showSignatures(id, io);
    });

  verb('lab', 'an emulated office network on loopback addresses, to try things on')
    .option('--demo', 'scan it, show the result, and stop')
    .option('--network <prefix>', 'first three numbers of the /24', '127.77.0')
    .option('--ports <which>', 'standard, high, or auto', 'auto')
    .action(async (flags: Flags) => {
      const { lab } = await import('./commands/lab.ts');
      process.exitCode = await lab({ demo: flags.demo === true, network: String(flags.network), ports: String(flags.ports) }, io, stop);
    });
  const tools = { verb, settingsFrom: (flags: Flags) => settingsFrom(flags, []), configFlag, io };
  addInventoryVerbs(tools);
  addConfigVerbs({ ...tools, configFile });
  addExportVerbs({ ...tools, configFile, stop });
  addPolicyVerbs(tools);
  addReportVerbs(tools);
  return program;
}

const SCAN_HELP = 'another scan of the inventory: its number, last, previous or a date';

/** A scan of the inventory, where one is named; the newest one's stream otherwise. */
/** The form of the result. Two at once is a mistake somebody would find out about in a file. */
function formatOf(flags: Flags): 'table' | 'json' | 'jsonl' | 'csv' {
  const [format = 'table', other] = (['json', 'jsonl', 'csv'] as const).filter((name) => flags[name] === true);
  if (other !== undefined) throw new CamsweepError('option-invalid', `--${format} and --${other}: expected one form of the result`);
  return format;
}

function wantedScan(flags: Flags): { scan: string; db: string | undefined } | undefined {
  return typeof flags.scan === 'string' ? { scan: flags.scan, db: settingsFrom(flags, []).db } : undefined;
}

function allSites(flags: Flags): string[] {
  const names = siteNames(configFile(flags.config));
  if (names.length === 0)
    throw new CamsweepError('option-invalid', '--all-sites: expected `sites:` with at least one name in the configuration');
  return names;
}

/** Of several scans: what went wrong before what is missing, what is missing before what was found. */
function worstOf(codes: readonly number[]): number {
  const order = [EXIT.internal, EXIT.usage, EXIT.incomplete, EXIT.findings];
  return order.find((code) => codes.includes(code)) ?? EXIT.done;
}

function addScanFlags(command: Command): Command {
  for (const { key, placeholder, flag, list, help } of Object.values(OPTIONS)) {
    if (!flag) continue;
    const made = new Flag(`--${key}${placeholder === undefined ? '' : ` ${placeholder}`}`, `${help} [${variableOf(key)}]`);
    if (list) made.argParser((text: string, previous: string[] | undefined) => [...(previous ?? []), text]);
    command.addOption(made);
  }
  return command
    .option('--json', 'result as one JSON document')
    .option('--jsonl', 'result as one JSON object a device')
    .option('--csv', 'result as CSV')
    .option('--all', 'list cleared devices too')
    .option('--all-sites', 'scan every site of the configuration, one after the other')
    .option('--resume', 'go on with the last scan of the site, which was interrupted or killed: only what it left is asked')
    .option('--explain-traffic', 'say what would be sent, packet by packet, and send nothing')
    .option('--dry-run', 'say what would be asked, with packets and time, and send nothing')
    .addOption(configFlag());
}

function addWatchFlags(command: Command): Command {
  const list = (text: string, previous: string[] | undefined): string[] => [...(previous ?? []), text];
  return command
    .option('--interface <name>', 'listen on this interface; may be given several times', list)
    .option('--for <seconds>', 'stop after this long (otherwise Ctrl-C stops)')
    .option('--jsonl', 'one JSON object a line of news instead of text and table')
    .option('--record <file>', OPTIONS.record.help)
    .option('--policy <id>', OPTIONS.policies.help, list)
    .option('--fail-on <what>', 'exit code 1 for restricted or surveillance, or both with a comma')
    .option('--all', 'list cleared devices too')
    .addOption(configFlag());
}

function configFlag(): Flag {
  return new Flag('--config <file>', 'YAML file with the options by their long names').env('CAMSWEEP_CONFIG');
}

function settingsFrom(flags: Flags, targets: readonly string[]): ScanSettings {
  const byKey: Record<string, FlagValues[string]> = { targets };
  for (const { key } of Object.values(OPTIONS)) {
    const camel = key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (key !== 'targets') byKey[key] = flags[camel];
  }
  // Commander reads `--no-store` as `store` switched off.
  if (flags.store === false) byKey[OPTIONS.noStore.key] = true;
  return resolveSettings(byKey, process.env, configFile(flags.config));
}

function configFile(named: Flags[string]): ConfigFile | undefined {
  const home = homeDirectory();
  const folder = process.env.XDG_CONFIG_HOME ?? (home === undefined ? undefined : join(home, '.config'));
  const usual = ['camsweep.yaml', ...(folder === undefined ? [] : [join(folder, 'camsweep', 'camsweep.yaml')])];
  const path = typeof named === 'string' ? named : usual.find((candidate) => existsSync(candidate));
  if (path === undefined) return undefined;
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    throw new CamsweepError('file-unreadable', `configuration ${path}: ${messageOfError(error)}`);
  }
}
