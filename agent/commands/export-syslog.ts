/** An export whose lines go to a syslog receiver: new events only, in order, each once, behind the cursor. */
import { readFileSync } from 'node:fs';
import { printable } from '../../probes/text.ts';
import { systemClock } from '../clock.ts';
import { CamsweepError, EXIT, messageOfError } from '../errors.ts';
import type { Judging } from '../export/device.ts';
import { socketFailure } from '../export/http-failure.ts';
import { sendEvents } from '../export/send-events.ts';
import type { SyslogAddress } from '../export/types.ts';
import { openSyslog, type SyslogReceiver } from '../net/syslog.ts';
import type { ExportFlags, ExportTools } from './export.ts';
import { exportContext, exportEvents } from './export-selection.ts';
import type { DocumentJob } from './export-settings.ts';

/** Returns the exit code: 3 where the rest comes with the next run. Throws CamsweepError `export-refused` for a certificate or a name. */
export async function runSyslog(
  { name, target, settings, site: ownSite }: DocumentJob,
  address: SyslogAddress,
  flags: ExportFlags,
  judging: Judging,
  { store, io, signal }: ExportTools,
): Promise<number> {
  const site = flags.site ?? ownSite;
  const outbox = store.outbox(name);
  const events = exportEvents({ store, outbox, judging, site, since: flags.since, useCursor: true });
  if (flags.dryRun) {
    io.say(`${name}: ${[...events].length} events; nothing was sent`);
    return EXIT.done;
  }
  const sender = openSyslog(receiverOf(name, address), signal);
  const asked = `${address.protocol}://${address.host}:${address.port}`;
  const result = await sendEvents({
    ...{ events, signal, clock: systemClock, random: Math.random, redact: (text: string) => text },
    context: exportContext(store, site),
    send: async (event, context) => {
      const line = target.render([], [event], context, settings).trimEnd();
      await sender.send(line).catch((error: unknown) => {
        throw socketFailure(error, asked);
      });
    },
    // Asked for by date, they were sent before or are sent again: the cursor is not about them.
    moveCursor: (id) => (flags.since === undefined ? outbox.moveCursor(id) : undefined),
    bury: (id, at, words) => outbox.buryEvent(id, at, words),
  }).finally(() => sender.close());
  const { sent, dead, stopped } = result;
  io.say(`${name}: ${sent} events sent to ${asked}${dead > 0 ? `, ${dead} refused for good` : ''}`);
  if (stopped && stopped.scope !== 'retry') throw new CamsweepError('export-refused', `${name}: ${printable(stopped.message, 500)}`);
  if (stopped) io.say(`${name}: the rest waits for the next run: ${printable(stopped.message, 500)}`);
  if (stopped || signal.aborted) return EXIT.incomplete;
  return dead > 0 ? EXIT.findings : EXIT.done;
}

function receiverOf(name: string, { caFile, ...address }: SyslogAddress): SyslogReceiver {
  if (caFile === undefined) return address;
  try {
    return { ...address, ca: readFileSync(caFile, 'utf8') };
  } catch (error) {
    throw new CamsweepError('file-unreadable', `export ${name}: caFile ${caFile}: ${messageOfError(error)}`);
  }
}
