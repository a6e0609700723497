/** Verbs that hand something to others: report, attest. */
import type { Command } from 'commander';
import { OPTIONS } from './config/options.ts';
import type { VerbTools } from './program-inventory.ts';

type Flags = Readonly<Record<string, string | boolean | string[] | undefined>>;

const word = (value: Flags[string]): string | undefined => (typeof value === 'string' ? value : undefined);

export function addReportVerbs({ verb, settingsFrom, configFlag, io }: VerbTools): void {
  const which = (command: Command): Command =>
    command
      .option('--site <name>', 'the newest scan of this site')
      .option('--scan <scan>', 'another scan of the inventory: its number, last, previous or a date')
      .option('--policy <id>', OPTIONS.policies.help, (text: string, previous: string[] | undefined) => [...(previous ?? []), text])
      .option('--exceptions <file>', OPTIONS.exceptionsFile.help)
      .option('--db <file>', OPTIONS.db.help)
      .addOption(configFlag());
  const wanted = (flags: Flags): { scan: string | undefined; site: string | undefined } => ({
    scan: word(flags.scan),
    site: word(flags.site),
  });

  which(verb('report', 'what was found, as files for others; FILE may be - for stdout'))
    .option('--html <file>', 'one self-contained page')
    .option('--csv <file>', 'one device a row')
    .option('--json <file>', 'everything, evidence included')
    .option('--markdown <file>', 'for a wiki or a ticket')
    .option('--far <file>', 'CSV with the columns of FAR 52.204-25(d), by section 889, whatever policies are chosen')
    .action(async (flags: Flags) => {
      const { report } = await import('./commands/report.ts');
      const [html, csv, json, markdown, far] = [flags.html, flags.csv, flags.json, flags.markdown, flags.far].map(word);
      process.exitCode = report(settingsFrom(flags), { html, csv, json, markdown, far }, wanted(flags), io);
    });

  const attesting = which(verb('attest', 'a folder an auditor can check: report, coverage, data versions, statement, manifest'))
    .argument('<folder>', 'new or empty')
    .option('--sign <key.pem>', 'sign the manifest with an Ed25519 private key')
    .action(async (directory: string, flags: Flags) => {
      const { attest } = await import('./commands/attest.ts');
      process.exitCode = attest(settingsFrom(flags), { directory, keyFile: word(flags.sign), ...wanted(flags) }, io);
    });
  attesting
    .command('verify')
    .description('is a folder as it was written; exit code 1 where not')
    .argument('<folder>')
    .option('--key <public.pem>', 'the public key that must have signed it')
    .exitOverride()
    .action(async (directory: string, flags: Flags) => {
      const { verifyAttestation } = await import('./commands/attest.ts');
      process.exitCode = verifyAttestation(directory, word(flags.key), io);
    });
}
