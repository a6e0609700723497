/** What the operating system allows this process. */
import { readFileSync } from 'node:fs';

// What the platforms give a process that asks for nothing.
const USUAL_LIMIT = { linux: 1024, darwin: 256, win32: 8192 } as const;

/** Open descriptors allowed. Node raises the soft limit to the hard one on Linux; /proc tells what came out. */
export function descriptorLimit(): number {
  if (process.platform === 'win32' || process.platform === 'darwin') return USUAL_LIMIT[process.platform];
  try {
    return parseDescriptorLimit(readFileSync('/proc/self/limits', 'utf8')) ?? USUAL_LIMIT.linux;
  } catch {
    return USUAL_LIMIT.linux;
  }
}

/** Soft limit in the text of /proc/self/limits. */
export function parseDescriptorLimit(text: string): number | undefined {
  const match = /^Max open files\s+(\d+|unlimited)/m.exec(text);
  if (!match) return undefined;
  return match[1] === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(match[1]);
}
