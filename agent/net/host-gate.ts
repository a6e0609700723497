/** At most so many connections to one host at a time: embedded devices fall over under more. First come, first served. */
export interface HostGate {
  /** Runs `work` when the host has a free place. */
  enter<T>(address: string, work: () => Promise<T>): Promise<T>;
}

interface Door {
  inside: number;
  readonly waiting: (() => void)[];
}

export function createHostGate(places: number): HostGate {
  const doors = new Map<string, Door>();
  return {
    async enter(address, work) {
      const door = doors.get(address) ?? { inside: 0, waiting: [] };
      doors.set(address, door);
      if (door.inside >= places) await new Promise<void>((resolve) => door.waiting.push(resolve));
      else door.inside++;
      try {
        return await work();
      } finally {
        const next = door.waiting.shift();
        if (next) next();
        else if (--door.inside === 0) doors.delete(address);
      }
    },
  };
}
