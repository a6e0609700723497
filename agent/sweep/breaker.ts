/**
 * A routed /24 that does not exist: when a router, or this machine's own routes, say "unreachable" of its first addresses and nothing in
 * it ever lived, the rest is not asked. Silence never counts, one sign of life resets it for good. IPv4 only.
 */

/** Addresses of a /24 that must be called unreachable before the rest is left alone. */
export const UNREACHABLE_TO_TRIP = 16;
/** /24s held at a time. Addresses come in ascending order, so few are under way; the oldest goes first. */
const MAX_SUBNETS = 1024;
/** /24s told of by name. */
const MAX_NAMED = 8;

interface Lost {
  readonly prefix: string;
  readonly asked: number;
  readonly spared: number;
}

interface Subnet {
  asked: number;
  spared: number;
  unreachable: number;
  lives: boolean;
}

export class Breaker {
  readonly #subnets = new Map<string, Subnet>();
  /** Of those that are not held any more: the first that lost addresses, and how much the others lost. */
  readonly #named: Lost[] = [];
  readonly #others = { subnets: 0, asked: 0, spared: 0 };

  /** True while the address may be asked, which is booked; false where its /24 is left alone. */
  admit(address: string): boolean {
    const subnet = this.#subnetOf(address);
    if (!subnet) return true;
    if (hasTripped(subnet)) {
      subnet.spared++;
      return false;
    }
    subnet.asked++;
    return true;
  }

  /** Whether the /24 of an address is left alone from now on. */
  hasTripped(address: string): boolean {
    const subnet = this.#subnets.get(prefixOf(address) ?? '');
    return subnet !== undefined && hasTripped(subnet);
  }

  /** A router said that there is no way to the address. To be called once an address. */
  unreachable(address: string): void {
    const subnet = this.#subnetOf(address);
    if (subnet) subnet.unreachable++;
  }

  /** An answer or a refusal came from the address. */
  lives(address: string): void {
    const subnet = this.#subnetOf(address);
    if (subnet) subnet.lives = true;
  }

  /** One sentence for each /24 that lost addresses; where they are many, one for the rest. To be called once, at the end. */
  notes(): string[] {
    for (const prefix of [...this.#subnets.keys()]) this.#forget(prefix);
    const { subnets, asked, spared } = this.#others;
    return [
      ...this.#named.map(
        (lost) =>
          `${lost.prefix}.0/24: a router or this machine says there is no way to it; ${lost.asked} of ${lost.asked + lost.spared} addresses asked`,
      ),
      ...(subnets === 0 ? [] : [`${subnets} more /24: no way to them either; ${asked} of ${asked + spared} addresses asked`]),
    ];
  }

  #subnetOf(address: string): Subnet | undefined {
    const prefix = prefixOf(address);
    if (prefix === undefined) return undefined;
    const known = this.#subnets.get(prefix);
    if (known) return known;
    if (this.#subnets.size >= MAX_SUBNETS) for (const oldest of this.#subnets.keys()) if (this.#forget(oldest)) break;
    const made: Subnet = { asked: 0, spared: 0, unreachable: 0, lives: false };
    this.#subnets.set(prefix, made);
    return made;
  }

  #forget(prefix: string): boolean {
    const { asked = 0, spared = 0 } = this.#subnets.get(prefix) ?? {};
    if (spared > 0 && this.#named.length < MAX_NAMED) this.#named.push({ prefix, asked, spared });
    else if (spared > 0) {
      this.#others.subnets++;
      this.#others.asked += asked;
      this.#others.spared += spared;
    }
    return this.#subnets.delete(prefix);
  }
}

function hasTripped({ unreachable, lives }: Subnet): boolean {
  return !lives && unreachable >= UNREACHABLE_TO_TRIP;
}

function prefixOf(address: string): string | undefined {
  return address.includes('.') && !address.includes(':') ? address.slice(0, address.lastIndexOf('.')) : undefined;
}
