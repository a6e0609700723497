/** `camsweep export status|retry`: what every target has, and what it has not, in the server's own words. */
import { printable } from '../../probes/text.ts';
import type { ScanSettings } from '../config/settings.ts';
import { CamsweepError, EXIT } from '../errors.ts';
import { safeJson } from '../export/escape-json.ts';
import { renderColumns } from '../report/columns.ts';
import { openInventory } from './inventory.ts';
import type { Io } from './io.ts';

const MAX_LINES = 1000;

/** Exit code 1 where something is stuck: dead letters or conflicts. */
export function exportStatus(settings: ScanSettings, json: boolean, io: Io): number {
  const store = openInventory(settings, io);
  const targets = store.outboxTargets().map((name) => {
    const outbox = store.outbox(name);
    const troubles = outbox.troubles(MAX_LINES).map(({ key, state, attempts, nextAt, words, changedAt }) => ({
      ...{ key, state, attempts, nextAt, words, changedAt },
    }));
    return { name, counts: outbox.counts(), lastEvent: outbox.cursor() ?? null, troubles, deadEvents: outbox.deadEvents() };
  });
  store.close();
  const isStuck = targets.some(({ counts, deadEvents }) => counts.dead + counts.conflict + deadEvents.length > 0);
  if (json) io.out(`${safeJson({ schemaVersion: 1, targets }, 2)}\n`);
  else if (targets.length === 0) io.say('Nothing was exported yet.');
  for (const { name, counts, troubles, deadEvents } of json ? [] : targets) {
    const counted = Object.entries(counts).map(([state, count]) => `${count} ${state}`);
    io.out(`${name}: ${counted.join(', ')}${deadEvents.length === 0 ? '' : `, ${deadEvents.length} dead events`}\n`);
    const rows = [
      ...troubles.map(({ state, key, attempts, nextAt, words }) => [
        `  ${state}`,
        printable(key, 80),
        String(attempts),
        nextAt?.slice(0, 16).replace('T', ' ') ?? '-',
        printable(words ?? '', 300),
      ]),
      ...deadEvents.map(({ eventId, words }) => ['  dead', `event ${eventId}`, '-', '-', printable(words, 300)]),
    ];
    if (rows.length > 0) io.out(renderColumns(['  STATE', 'KEY', 'TRIES', 'NEXT', 'WORDS'], rows, io.outIsTerminal ? io.columns : 0));
  }
  return isStuck ? EXIT.findings : EXIT.done;
}

export function exportRetry(settings: ScanSettings, target: string, key: string | undefined, io: Io): number {
  const store = openInventory(settings, io);
  try {
    const names = store.outboxTargets();
    if (!names.includes(target))
      throw new CamsweepError('export-unknown', `"${target}": nothing was exported under this name; known: ${names.join(', ') || 'none'}`);
    const count = store.outbox(target).requeue(key);
    io.say(count === 0 ? `${target}: nothing to try again` : `${target}: ${count} will be tried again with the next export`);
    return EXIT.done;
  } finally {
    store.close();
  }
}
