/**
 * What one host's ports did, so that several probes of one port do not each find out again that it is closed. The first
 * connection to a port goes alone until it stands or fails; a refusal or a silence then holds for the others.
 */
import type { Reach } from '../../probes/transport.ts';

/** The usual port of each service asked: web, secure web, stream, vendor SDK. */
const MAX_SILENT_PORTS = 4;

export class PortMemory {
  readonly #closed = new Map<number, Reach>();
  readonly #open = new Set<number>();
  readonly #trying = new Map<number, Promise<void>>();
  #spoke = false;

  /**
   * What a further connection would meet, without making it; undefined where that is not known. A host that lets several
   * ports run into the void is behind a filter: each further one would cost a time-out and bring nothing.
   */
  foresee(port: number): Reach | undefined {
    return this.#closed.get(port) ?? (!this.#spoke && this.#silentPorts() >= MAX_SILENT_PORTS ? 'silent' : undefined);
  }

  /**
   * Whether a connection that met silence should be tried once more: the first may have been lost on its way. Of a host that has
   * said nothing on any port one port is enough to find that out.
   */
  isWorthRepeating(port: number): boolean {
    return this.foresee(port) === undefined && (this.#spoke || this.#silentPorts() === 0);
  }

  /** Runs `work` alone on a port of which nothing is known yet, until it calls `settled`. */
  async explore<T>(port: number, work: (settled: () => void) => Promise<T>): Promise<T> {
    for (let first = this.#trying.get(port); first; first = this.#trying.get(port)) await first;
    if (this.#open.has(port) || this.foresee(port) !== undefined) return work(ignore);
    let release = ignore;
    this.#trying.set(port, new Promise((resolve) => (release = resolve)));
    const settled = (): void => {
      this.#trying.delete(port);
      release();
    };
    return work(settled).finally(settled);
  }

  /** Books how a connection came out. A port that was open once is asked again, whatever it did since. */
  note(port: number, reach: Reach, connected: boolean): void {
    if (reach === 'answered' || reach === 'refused') this.#spoke = true;
    if (connected) this.#open.add(port);
    else if (!this.#open.has(port) && (reach === 'refused' || reach === 'silent')) this.#closed.set(port, reach);
  }

  #silentPorts(): number {
    return [...this.#closed.values()].filter((reach) => reach === 'silent').length;
  }
}

function ignore(): void {}
