/** Rows of the stand-in, found by what the API filters for. A row is replaced, never changed, so that a list of writes can be undone. */

export interface Row {
  readonly id: number;
}

export interface Named extends Row {
  readonly name: string;
  readonly slug: string;
}

export interface DeviceType extends Row {
  readonly manufacturer: number;
  readonly model: string;
  readonly slug: string;
  /** Names of interfaces a device of this type gets when it is made. */
  readonly interfaces: readonly string[];
}

export interface CustomField extends Row {
  readonly name: string;
  readonly type: string;
  readonly unique: boolean;
  readonly filterLogic: string;
  readonly objectTypes: readonly string[];
  readonly required: boolean;
}

export interface Device extends Row {
  readonly name: string | null;
  readonly site: number;
  readonly type: number;
  readonly role: number;
  readonly tenant: number | null;
  readonly status: string;
  readonly serial: string;
  readonly rack: string | null;
  readonly comments: string;
  readonly primary4: number | null;
  readonly primary6: number | null;
  readonly tags: readonly number[];
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Interface extends Row {
  readonly device: number;
  readonly name: string;
  readonly type: string;
  readonly primaryMac: number | null;
  readonly tags: readonly number[];
}

export interface Assigned {
  readonly objectType: string | null;
  readonly objectId: number | null;
}

export interface Mac extends Row, Assigned {
  readonly mac: string;
  readonly tags: readonly number[];
}

export interface Address extends Row, Assigned {
  readonly address: string;
  readonly vrf: number | null;
  readonly tenant: number | null;
  readonly status: string;
  readonly dnsName: string;
  readonly tags: readonly number[];
}

type NamesOf<R> = (row: R) => readonly string[];

export class Table<R extends Row> {
  readonly rows = new Map<number, R>();
  readonly #namesOf: NamesOf<R>;
  readonly #index = new Map<string, Set<number>>();
  /** What to do to be as before, newest last; undefined outside a list of writes. */
  undo: (() => void)[] | undefined;

  /** `namesOf`: everything a row can be found by, such as `serial abc`. */
  constructor(namesOf: NamesOf<R> = () => []) {
    this.#namesOf = namesOf;
  }

  put(row: R): R {
    const before = this.rows.get(row.id);
    this.#replace(row.id, before, row);
    this.undo?.push(() => this.#replace(row.id, row, before));
    return row;
  }

  by(name: string): R[] {
    return [...(this.#index.get(name) ?? [])].flatMap((id) => this.rows.get(id) ?? []);
  }

  all(): R[] {
    return [...this.rows.values()];
  }

  #replace(id: number, before: R | undefined, after: R | undefined): void {
    for (const name of before ? this.#namesOf(before) : []) this.#index.get(name)?.delete(id);
    if (after) this.rows.set(id, after);
    else this.rows.delete(id);
    for (const name of after ? this.#namesOf(after) : []) {
      const ids = this.#index.get(name);
      if (ids) ids.add(id);
      else this.#index.set(name, new Set([id]));
    }
  }
}

export function hostOf(address: string): string {
  return address.split('/')[0] ?? '';
}

export function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
