/** Verbs about the configuration file. */
import type { ConfigFile } from './config/resolve.ts';
import { CamsweepError } from './errors.ts';
import type { VerbTools } from './program-inventory.ts';

type Flags = Readonly<Record<string, string | boolean | string[] | undefined>>;

interface ConfigTools extends VerbTools {
  readonly configFile: (named: Flags[string]) => ConfigFile | undefined;
}

export function addConfigVerbs({ verb, configFile, configFlag, io }: ConfigTools): void {
  verb('config', 'the configuration file')
    .command('check')
    .description('everything that is wrong with it, and what each site would ask; sends nothing')
    .option('--json', 'only what is wrong, as JSON: file, line, column, key and message')
    .addOption(configFlag())
    .action(async (flags: Flags) => {
      const file = configFile(flags.config);
      if (file === undefined) throw new CamsweepError('file-unreadable', 'no configuration: name one with --config');
      const { checkConfig } = await import('./commands/config-check.ts');
      process.exitCode = await checkConfig(file, process.env, { json: flags.json === true }, io);
    });
}
