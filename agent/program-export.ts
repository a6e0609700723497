/** Verbs that feed other systems: export, export list, export status, export retry. */
import type { Command } from 'commander';
import type { ConfigFile } from './config/resolve.ts';
import { OPTIONS } from './config/options.ts';
import { CamsweepError } from './errors.ts';
import type { VerbTools } from './program-inventory.ts';

type Flags = Readonly<Record<string, string | boolean | string[] | undefined>>;

export interface ExportVerbTools extends VerbTools {
  readonly configFile: (named: Flags[string]) => ConfigFile | undefined;
  readonly stop: AbortSignal;
}

export function addExportVerbs({ verb, settingsFrom, configFlag, configFile, io, stop }: ExportVerbTools): void {
  const common = (command: Command): Command => command.option('--db <file>', OPTIONS.db.help).addOption(configFlag());
  const json = (command: Command): Command => common(command).option('--json', 'as JSON');
  const parent = json(verb('export', 'feed an inventory system, a SIEM or a file'))
    .argument('[target]', 'a format, a system, or a name below exports: in the configuration')
    .option('--since <when>', 'only devices that changed since a date or a scan')
    .option('--only <which>', 'all, restricted, new or changed')
    .option('--site <name>', 'only this site')
    .option('--dry-run', 'say what would be written, device by device, and write nothing')
    .option('--output <file>', 'where a format is written, - for stdout')
    .option('--set <key=value>', 'a setting of the target, e.g. url=https://netbox.example; may be given several times', collect)
    .option('--setup', 'first make what the target needs once: custom fields, tags, roles')
    .option('--netbox-setup', 'the same as --setup, for NetBox')
    .option('--exceptions <file>', OPTIONS.exceptionsFile.help)
    .action(async (target: string | undefined, flags: Flags) => {
      const { exportTo, listExports } = await import('./commands/export.ts');
      if (target === undefined) {
        process.exitCode = listExports(configFile(flags.config), flags.json === true, io);
        return;
      }
      const wanted = {
        ...{ since: word(flags.since), only: await selection(flags.only), site: word(flags.site), output: word(flags.output) },
        ...{ dryRun: flags.dryRun === true, json: flags.json === true, setup: flags.setup === true || flags.netboxSetup === true },
        set: Array.isArray(flags.set) ? flags.set : [],
      };
      process.exitCode = await exportTo(target, settingsFrom(flags), configFile(flags.config), wanted, io, stop);
    });
  const child = (name: string, description: string): Command => json(parent.command(name).description(description).exitOverride());
  child('list', 'formats, systems, and the exports of the configuration').action(async (_flags: Flags, command: Command) => {
    const flags: Flags = command.optsWithGlobals();
    const { listExports } = await import('./commands/export.ts');
    process.exitCode = listExports(configFile(flags.config), flags.json === true, io);
  });
  child('status', 'what every target has, and what it refused, in its own words').action(async (_flags: Flags, command: Command) => {
    const flags: Flags = command.optsWithGlobals();
    const { exportStatus } = await import('./commands/export-status.ts');
    process.exitCode = exportStatus(settingsFrom(flags), flags.json === true, io);
  });
  child('retry', 'try again what was refused or is in conflict: one key, or all')
    .argument('<target>')
    .argument('[key]')
    .action(async (target: string, key: string | undefined, _flags: Flags, command: Command) => {
      const flags: Flags = command.optsWithGlobals();
      const { exportRetry } = await import('./commands/export-status.ts');
      process.exitCode = exportRetry(settingsFrom(flags), target, key, io);
    });
}

async function selection(value: Flags[string]): Promise<'all' | 'restricted' | 'new' | 'changed' | undefined> {
  if (value === undefined) return undefined;
  const { SELECTIONS } = await import('./commands/export-settings.ts');
  const found = SELECTIONS.find((known) => known === value);
  if (!found) throw new CamsweepError('option-invalid', `--only "${String(value)}": expected one of ${SELECTIONS.join(', ')}`);
  return found;
}

function collect(text: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), text];
}

function word(value: Flags[string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
