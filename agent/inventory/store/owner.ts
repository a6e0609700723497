/**
 * Which process writes a scan, and is it still there? A scan whose process is gone was killed: it is marked incomplete by
 * whoever opens the store next. Start time and boot id keep a reused process number from passing for the writer.
 */
import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { z } from 'zod';

const ownerSchema = z.object({ host: z.string(), boot: z.string(), pid: z.number(), started: z.string().optional() });
export type Owner = z.infer<typeof ownerSchema>;

/** A writer says it lives at least this often. */
export const HEARTBEAT_MS = 5000;
/** Where a process cannot be looked at (another machine's, no start time): silence this long means it is gone. */
const SILENT_FOR_MS = 10 * 60_000;

/** This process. */
export function thisOwner(): Owner {
  const started = startOf(process.pid);
  return { host: hostname(), boot: bootId(), pid: process.pid, ...(started === undefined ? {} : { started }) };
}

export function ownerText(owner: Owner): string {
  return JSON.stringify(owner);
}

/** Whether the process that wrote `text` is gone. `silentMs` is how long ago it last said it lives. */
export function isGone(text: string | null, silentMs: number): boolean {
  const parsed = text === null ? undefined : ownerSchema.safeParse(jsonOf(text));
  if (!parsed?.success) return true;
  const { host, boot, pid, started } = parsed.data;
  if (host !== hostname()) return silentMs > SILENT_FOR_MS;
  if (boot !== bootId() || !isAlive(pid)) return true;
  const startsNow = startOf(pid);
  if (started !== undefined && startsNow !== undefined) return started !== startsNow;
  return silentMs > SILENT_FOR_MS;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

let boot: string | undefined;

/** Linux says it; elsewhere the minute the machine started, near enough to tell two boots apart. */
function bootId(): string {
  if (boot !== undefined) return boot;
  try {
    boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    boot = `since ${Math.round((Date.now() / 1000 - uptime()) / 300)}`;
  }
  return boot;
}

/** Start time of a process in clock ticks since boot, where the platform shows it. */
function startOf(pid: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything, also blanks and brackets: fields are counted after the last one.
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
