/** Verbs of the inventory: scans, devices, diff, history. */
import type { Command, Option as Flag } from 'commander';
import type { Io } from './commands/io.ts';
import { OPTIONS } from './config/options.ts';
import type { ScanSettings } from './config/settings.ts';

type Flags = Readonly<Record<string, string | boolean | string[] | undefined>>;

export interface VerbTools {
  readonly verb: (name: string, description: string) => Command;
  readonly settingsFrom: (flags: Flags) => ScanSettings;
  readonly configFlag: () => Flag;
  readonly io: Io;
}

export function addInventoryVerbs({ verb, settingsFrom, configFlag, io }: VerbTools): void {
  const common = (command: Command): Command => command.option('--db <file>', OPTIONS.db.help).addOption(configFlag());
  const site = (flags: Flags): string | undefined => word(flags.site);

  common(verb('scans', 'scans in the inventory'))
    .option('--site <name>', 'only this site')
    .option('--json', 'as JSON')
    .action(async (flags: Flags) => {
      const { scans } = await import('./commands/diff.ts');
      process.exitCode = scans(settingsFrom(flags), flags.json === true, site(flags), io);
    });

  common(verb('diff', 'what changed since the scan before'))
    .option('--since <when>', 'a date, or a scan by number')
    .option('--site <name>', 'only this site')
    .option('--json', 'as JSON')
    .action(async (flags: Flags) => {
      const { diff } = await import('./commands/diff.ts');
      process.exitCode = diff(settingsFrom(flags), { json: flags.json === true, since: word(flags.since), site: site(flags) }, io);
    });

  common(verb('history', 'everything that happened to one device'))
    .argument('<key>', 'key, identifier or address')
    .option('--json', 'as JSON')
    .action(async (key: string, flags: Flags) => {
      const { history } = await import('./commands/diff.ts');
      process.exitCode = history(settingsFrom(flags), key, flags.json === true, io);
    });

  addDeviceVerbs({ verb, settingsFrom, configFlag, io }, common);
}

function addDeviceVerbs({ verb, settingsFrom, io }: VerbTools, common: (command: Command) => Command): void {
  const devices = common(verb('devices', 'devices of the inventory'))
    .option('--site <name>', 'only this site')
    .option('--status <status>', 'only present, missing or gone ones')
    .option('--all', 'list devices that are no surveillance too')
    .option('--json', 'as JSON')
    .action(async (flags: Flags) => {
      const { listDevices } = await import('./commands/devices.ts');
      const [status, site] = [word(flags.status), word(flags.site)];
      process.exitCode = listDevices(settingsFrom(flags), { json: flags.json === true, everything: flags.all === true, status, site }, io);
    });
  common(devices.command('merge').description('say that two devices are one').argument('<a>').argument('<b>').exitOverride())
    .option('--reason <text>', 'why, for the record')
    .action(async (a: string, b: string, _flags: Flags, command: Command) => {
      const flags: Flags = command.optsWithGlobals();
      const { mergeDevices } = await import('./commands/devices.ts');
      process.exitCode = mergeDevices(settingsFrom(flags), [a, b], word(flags.reason), io);
    });
  common(devices.command('split').description('take a merge back, or part identifiers from a device').argument('<key>').exitOverride())
    .option('--identifier <kind:value>', 'what belongs to the other device; may be given several times', collect)
    .option('--reason <text>', 'why, for the record')
    .action(async (key: string, _flags: Flags, command: Command) => {
      const flags: Flags = command.optsWithGlobals();
      const { splitDevice } = await import('./commands/devices.ts');
      process.exitCode = splitDevice(
        settingsFrom(flags),
        key,
        Array.isArray(flags.identifier) ? flags.identifier : [],
        word(flags.reason),
        io,
      );
    });
  const device = verb('device', 'one device of the inventory');
  common(device.command('show').description('what is known of it').argument('<key>', 'key, identifier or address').exitOverride())
    .option('--json', 'as JSON')
    .action(async (key: string, flags: Flags) => {
      const { showDevice } = await import('./commands/devices.ts');
      process.exitCode = showDevice(settingsFrom(flags), key, flags.json === true, io);
    });
}

function collect(text: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), text];
}

function word(value: Flags[string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
