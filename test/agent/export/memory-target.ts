/**
 * A system in memory with the rules real ones have: a key is unique, people have fields of their own, and it can fail before or after a
 * write. Counts what is written.
 */
import { TargetError, type FailureScope } from '../../../agent/export/errors.ts';
import type { DevicePlan, ExportDevice, TargetSession } from '../../../agent/export/types.ts';

export interface MemoryRecord {
  readonly id: number;
  key: string;
  fields: Readonly<Record<string, string | null>>;
  /** What people entered there. */
  human: string;
}

/** `after`: the write happened and the answer was lost. */
export type Trouble =
  { readonly when: 'before' | 'after'; readonly scope: FailureScope; readonly retryAfterMs?: number | undefined } | undefined;

type Work = { readonly id: number | undefined };

export class MemoryTarget {
  readonly records: MemoryRecord[] = [];
  writes = 0;
  /** Asked before each plan and write. */
  trouble: (action: 'plan' | 'write', device: ExportDevice | undefined) => Trouble = () => undefined;

  session(): TargetSession<Work> {
    return {
      plan: (devices) => {
        this.#fail(this.trouble('plan', devices[0]));
        return Promise.resolve(devices.map((device) => this.#planOne(device)));
      },
      apply: (plan) => {
        const trouble = this.trouble('write', plan.device);
        if (trouble?.when === 'before') this.#fail(trouble);
        // Looks before it writes: the plan may be older than a write whose answer was lost.
        const found = this.#find(plan.device);
        this.#write(plan.device, found[0]);
        this.#fail(trouble);
        return Promise.resolve();
      },
    };
  }

  #fail(trouble: Trouble): void {
    if (trouble) throw new TargetError(trouble.scope, `said by the server: ${trouble.when}`, trouble.retryAfterMs);
  }

  #find({ key, formerKeys }: ExportDevice): MemoryRecord[] {
    const own = this.records.filter((record) => record.key === key);
    return own.length > 0 ? own : this.records.filter((record) => formerKeys.includes(record.key));
  }

  #planOne(device: ExportDevice): DevicePlan<Work> {
    const found = this.#find(device);
    if (found.length > 1)
      return { device, action: 'conflict', changes: [], why: `records ${found.map(({ id }) => id).join(', ')}`, work: { id: undefined } };
    const [record] = found;
    const wanted = fieldsOf(device);
    const changes = Object.entries(wanted)
      .filter(([name, value]) => record?.fields[name] !== value)
      .map(([field, after]) => ({ field, before: record?.fields[field] ?? null, after }));
    const action = record === undefined ? 'create' : changes.length === 0 && record.key === device.key ? 'unchanged' : 'update';
    return { device, action, changes, work: { id: record?.id } };
  }

  #write(device: ExportDevice, record: MemoryRecord | undefined): void {
    if (record === undefined) {
      if (this.records.some(({ key }) => key === device.key)) throw new TargetError('device', `key ${device.key} exists`);
      this.records.push({
        id: this.records.length + 1,
        key: device.key,
        fields: fieldsOf(device),
        human: `human ${this.records.length + 1}`,
      });
      this.writes += 1;
      return;
    }
    record.key = device.key;
    record.fields = fieldsOf(device);
    this.writes += 1;
  }
}

export function fieldsOf(device: ExportDevice): Record<string, string | null> {
  const { model, firmware, serial, mac, status, addresses, mergedInto, flagged, lastSeen } = device;
  return {
    ...{ model, firmware, serial, mac, status, address: addresses[0] ?? null, into: mergedInto ?? null },
    ...{ flagged: String(flagged), day: lastSeen.slice(0, 10) },
  };
}
