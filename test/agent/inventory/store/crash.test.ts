/** Processes that write the store are killed, crowd each other, and run out of disk. */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../agent/clock.ts';
import { readScanFile } from '../../../../agent/inventory/scan-file.ts';
import { openStore } from '../../../../agent/inventory/store/store.ts';
import { randomFrom } from '../../../probes/mutate.ts';
import { sighting } from '../material.ts';
import { inFolder, integrityOf, killed, startWriter } from './temporary.ts';

const SEED = 20260115;
const KILLS = 50;
const AT_ONCE = 5;
/** Where a new file is not waited for, at least one of so many is lost. */
const NEW_FILES = 40;

const judge = (address: string): ReturnType<typeof sighting> => sighting(address, { maker: 'hikvision' });

const OPENING = fileURLToPath(new URL('./opening-child.mjs', import.meta.url));

async function killOnce(folder: string, label: string, afterMs: number): Promise<void> {
  const [path, stream] = [join(folder, `${label}.db`), join(folder, label, 'last-scan.jsonl')];
  const child = await startWriter(path, stream, label);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  await killed(child);

  const store = openStore(path, { clock: systemClock });
  const scans = store.scans();
  // It had a process a moment ago: nobody may believe that it still runs, and what ended before stays ended.
  expect(scans.map(({ status }) => status)).toEqual(scans.map(({ mergedAt }) => (mergedAt === null ? 'incomplete' : 'complete')));
  expect(store.pending().length).toBeLessThanOrEqual(1);
  for (const { id, uid, recordings } of store.pending()) {
    const written = readScanFile(stream);
    const streamed = written.head.uid === uid ? written.recordings : [];
    // The stream is written first and at once, the store in batches: one batch at most is missing.
    expect(recordings).toBeLessThanOrEqual(streamed.length);
    const added = store.addMissing(id, streamed);
    expect(added + recordings).toBe(streamed.length);
    expect(store.recordings(id).map(({ id: name, response }) => [name, response])).toEqual(
      streamed.map(({ id: name, response }) => [name, response]),
    );
    store.mergePending(id, judge);
  }
  expect(store.pending()).toEqual([]);
  for (const device of store.devices()) expect(store.device(device.key)?.state.maker?.value).toBe('hikvision');
  store.close();
  expect(integrityOf(path)).toBe('ok');
}

describe('agent/inventory/store, processes that end badly', () => {
  it(
    `is readable after SIGKILL at ${KILLS} random moments (seed ${SEED}), and has lost nothing that was recorded`,
    { timeout: 240_000 },
    async () => {
      const random = randomFrom(SEED);
      await inFolder(async (folder) => {
        for (let start = 0; start < KILLS; start += AT_ONCE) {
          const turns = Array.from({ length: AT_ONCE }, (_, index) => ({ label: `k${start + index}`, afterMs: random() * 300 }));
          await Promise.all(turns.map(({ label, afterMs }) => killOnce(folder, label, afterMs)));
        }
      });
    },
  );

  it('is made by whoever comes first, and taken by who comes in the same moment', { timeout: 60_000 }, async () => {
    await inFolder(async (folder) => {
      const words = [OPENING, folder, String(NEW_FILES), String(Date.now() + 1000), '60'];
      const faults = await Promise.all([1, 2].map(async () => (await promisify(execFile)(process.execPath, words)).stdout));
      expect(faults).toEqual(['', '']);
      for (let file = 0; file < NEW_FILES; file++) expect(integrityOf(join(folder, `new-${file}.db`))).toBe('ok');
    });
  });

  it('takes two writers at once, and a reader', { timeout: 60_000 }, async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'both.db');
      const writers = await Promise.all(['a', 'b'].map((label) => startWriter(path, join(folder, label, 'last-scan.jsonl'), label)));
      const heard: string[] = [];
      for (const child of writers) child.stdout?.on('data', (chunk: Buffer) => heard.push(...chunk.toString().trim().split('\n')));
      const reader = openStore(path, { clock: systemClock });
      for (
        let turn = 0;
        turn < 900 &&
        new Set(
          reader
            .scans()
            .filter(({ mergedAt }) => mergedAt !== null)
            .map(({ site }) => site),
        ).size < 2;
        turn++
      ) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await Promise.all(writers.map(killed));
      expect(heard.filter((line) => line.startsWith('problem'))).toEqual([]);
      for (const site of ['a', 'b']) {
        const [whole] = reader.scans({ site }).filter(({ mergedAt }) => mergedAt !== null);
        expect(whole && reader.recordings(whole.id)).toHaveLength(320);
        expect(reader.devices({ site })).toHaveLength(40);
      }
      reader.close();
      expect(integrityOf(path)).toBe('ok');
    });
  });

  it('says that the disk is full, once, and the file stays whole', { timeout: 60_000 }, async ({ skip }) => {
    const wrap = namespaceWith();
    if (wrap === undefined) return skip('no right to mount a small file system here');
    await inFolder(async (folder) => {
      const inside = `mount -t tmpfs -o size=700k tmpfs ${folder} && exec "$0" "$@"`;
      const writer = await startWriter(join(folder, 'full.db'), join(folder, 'full', 'last-scan.jsonl'), 'f', [
        ...wrap,
        'sh',
        '-c',
        inside,
      ]);
      const lines = await new Promise<string[]>((resolve) => {
        let text = '';
        writer.stdout?.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (/problem/.test(text)) resolve(text.split('\n'));
        });
      });
      await killed(writer);
      expect(lines.find((line) => line.startsWith('problem'))).toMatch(/full\.db: the disk is full/);
    });
  });
});

/** Command that gives a process mounts of its own, where that is allowed. */
function namespaceWith(): string[] | undefined {
  const wrap = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-Urm'];
  const { status } = spawnSync(wrap[0] ?? '', [...wrap.slice(1), 'sh', '-c', 'mount -t tmpfs -o size=100k tmpfs /mnt'], {
    stdio: 'ignore',
  });
  return status === 0 ? wrap : undefined;
}
