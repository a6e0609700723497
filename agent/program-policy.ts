/** Verbs of policy and phase-out: policies, exceptions, rejudge, phase-out. */
import type { Command } from 'commander';
import { OPTIONS } from './config/options.ts';
import type { VerbTools } from './program-inventory.ts';

type Flags = Readonly<Record<string, string | boolean | string[] | undefined>>;

export function addPolicyVerbs(tools: VerbTools): void {
  addDataVerbs(tools);
  addPhaseOutVerbs(tools);
}

function addDataVerbs({ verb, settingsFrom, configFlag, io }: VerbTools): void {
  const policies = verb('policies', 'the rules that judge');
  policies
    .command('list')
    .description('every rule, and which are chosen')
    .option('--json', 'as JSON')
    .addOption(configFlag())
    .action(async (flags: Flags) => {
      const { listPolicies } = await import('./commands/policies.ts');
      process.exitCode = listPolicies(settingsFrom(flags), flags.json === true, io);
    });
  policies
    .command('show')
    .description('what a rule says, whom it addresses, what you still have to establish')
    .argument('<id>')
    .option('--json', 'as JSON')
    .addOption(configFlag())
    .action(async (id: string, flags: Flags) => {
      const { showPolicy } = await import('./commands/policies.ts');
      process.exitCode = showPolicy(id, settingsFrom(flags), flags.json === true, io);
    });

  const exceptions = verb('exceptions', 'devices that somebody has approved for a time');
  const withFile = (command: Command): Command =>
    command.option('--exceptions <file>', OPTIONS.exceptionsFile.help).option('--db <file>', OPTIONS.db.help).addOption(configFlag());
  withFile(exceptions.command('check').description('is the file right, and whom does it name')).action(async (flags: Flags) => {
    const { checkExceptions } = await import('./commands/exceptions.ts');
    process.exitCode = checkExceptions(settingsFrom(flags), io);
  });
  withFile(exceptions.command('list').description('each exception, its state and its device').option('--json', 'as JSON')).action(
    async (flags: Flags) => {
      const { listExceptions } = await import('./commands/exceptions.ts');
      process.exitCode = listExceptions(settingsFrom(flags), flags.json === true, io);
    },
  );

  verb('rejudge', 'judge the inventory again by the data and policies of now, without a packet')
    .option('--all', 'every scan that was ever made, not only what the devices are now')
    .option('--policy <id>', OPTIONS.policies.help, collect)
    .option('--json', 'as JSON')
    .option('--db <file>', OPTIONS.db.help)
    .addOption(configFlag())
    .action(async (flags: Flags) => {
      const { rejudge } = await import('./commands/rejudge.ts');
      process.exitCode = rejudge(settingsFrom(flags), { all: flags.all === true, json: flags.json === true }, io);
    });
}

function addPhaseOutVerbs({ verb, settingsFrom, configFlag, io }: VerbTools): void {
  const phaseOut = verb('phase-out', 'who deals with a device, and how far it is on its way out');
  const common = (command: Command): Command => command.option('--db <file>', OPTIONS.db.help).addOption(configFlag());
  const filtered = (command: Command): Command =>
    common(command)
      .option('--site <name>', 'only this site')
      .option('--policy <id>', 'only devices that match this rule')
      .option('--json', 'as JSON');
  // Flags here choose what is listed; what judges comes from the configuration.
  const filterOf = ({
    site,
    policy,
    status,
  }: Flags): { site: string | undefined; policy: string | undefined; status: string | undefined } => ({
    site: word(site),
    policy: word(policy),
    status: word(status),
  });
  const settingsOf = ({ db, config }: Flags): ReturnType<typeof settingsFrom> => settingsFrom({ db, config });

  common(phaseOut.command('set').description('say what is planned or done').argument('<key>', 'key, identifier or address'))
    .option('--status <status>', 'found, planned, isolated or removed; verified-gone is only ever said by scans')
    .option('--custodian <name>', 'who looks after it')
    .option('--location <text>', 'where it hangs')
    .option('--note <text>', 'anything else')
    .action(async (key: string, flags: Flags) => {
      const { setPhaseOut } = await import('./commands/phase-out.ts');
      const said = { status: word(flags.status), custodian: word(flags.custodian), location: word(flags.location), note: word(flags.note) };
      process.exitCode = setPhaseOut(settingsOf(flags), key, said, io);
    });
  common(phaseOut.command('import').description('the same for many devices, from CSV: all rows or none').argument('<file>'))
    .option('--dry-run', 'say what would change, and write nothing')
    .action(async (file: string, flags: Flags) => {
      const { importPhaseOut } = await import('./commands/phase-out.ts');
      process.exitCode = importPhaseOut(settingsOf(flags), file, flags.dryRun === true, io);
    });
  filtered(phaseOut.command('list').description('devices that match a rule, with status and custodian'))
    .option('--status <status>', 'only this status')
    .action(async (flags: Flags) => {
      const { listPhaseOut } = await import('./commands/phase-out-list.ts');
      process.exitCode = listPhaseOut(settingsOf(flags), filterOf(flags), flags.json === true, io);
    });
  filtered(phaseOut.command('progress').description('how many stood where, over time, by site and rule')).action(async (flags: Flags) => {
    const { phaseOutProgress } = await import('./commands/phase-out-list.ts');
    process.exitCode = phaseOutProgress(settingsOf(flags), filterOf(flags), flags.json === true, io);
  });
}

function collect(text: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), text];
}

function word(value: Flags[string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
