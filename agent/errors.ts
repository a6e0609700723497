/**
 * Every error Camsweep shows, in one catalogue: code, exit code and hint. "Their fault" (usage, files, the machine) and
 * "our fault" are different classes. Messages name the place and what was expected; the README lists the exit codes.
 */
export const EXIT = { done: 0, findings: 1, usage: 2, incomplete: 3, internal: 4 } as const;

export const ERRORS = {
  'target-invalid': { exit: EXIT.usage, hint: 'give an address, CIDR, range, host name, or @FILE with one target a line' },
  'target-too-large': { exit: EXIT.usage, hint: 'add --yes to scan more than 4,096 addresses' },
  'target-unresolved': { exit: EXIT.usage, hint: 'check the name, or give the address' },
  'targets-missing': { exit: EXIT.usage, hint: 'name targets, or an interface with --interface' },
  'option-invalid': { exit: EXIT.usage, hint: 'see camsweep VERB --help' },
  'config-invalid': { exit: EXIT.usage, hint: 'correct it at the place named, or choose another file with --config' },
  'home-missing': { exit: EXIT.usage, hint: 'set CAMSWEEP_DATA_DIR to a folder of its own' },
  'file-unreadable': { exit: EXIT.usage, hint: 'check path and permissions' },
  'file-unwritable': { exit: EXIT.usage, hint: 'check path, permissions and free space' },
  'recording-invalid': { exit: EXIT.usage, hint: 'one JSON object a line, as the README section "Recordings" says' },
  'export-unknown': { exit: EXIT.usage, hint: 'camsweep export list shows formats, systems and the exports of the configuration' },
  'export-refused': { exit: EXIT.usage, hint: 'correct address, login or settings of the export; nothing else was written' },
  'scan-missing': { exit: EXIT.usage, hint: 'run camsweep scan first' },
  'device-unknown': {
    exit: EXIT.usage,
    hint: 'camsweep devices --all lists the inventory; explain knows the addresses that answered in the last scan',
  },
  'import-refused': { exit: EXIT.usage, hint: 'correct the named lines; camsweep devices --all lists what the inventory knows' },
  'store-newer': { exit: EXIT.usage, hint: 'update Camsweep, or name another file with --db' },
  'store-unusable': { exit: EXIT.usage, hint: 'check path, permissions and free space, or name another file with --db' },
  'site-busy': { exit: EXIT.usage, hint: 'wait for it with --wait SECONDS, or scan under another --site' },
  stopped: { exit: EXIT.incomplete, hint: 'nothing was asked' },
  'signatures-invalid': { exit: EXIT.usage, hint: 'correct the named files' },
  'lab-port-taken': { exit: EXIT.usage, hint: 'stop what uses the port, or choose another network with --network' },
  internal: { exit: EXIT.internal, hint: 'this is our fault: please report it with the message above' },
} as const satisfies Record<string, { exit: number; hint: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** Somebody can mend this: the message says what is wrong, the catalogue says how. */
export class CamsweepError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  get exitCode(): number {
    return ERRORS[this.code].exit;
  }

  /** `verb`: as it was typed, such as `devices merge`; none where no verb was understood. */
  hintFor(verb: string | undefined): string {
    return ERRORS[this.code].hint.replace('VERB ', verb === undefined ? '' : `${verb} `);
  }
}

/** Message of anything thrown. */
export function messageOfError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
