/**
 * Logs: pino, synchronous, to stderr, JSON lines. Results never come here; secrets are redacted at every depth we use.
 * Device text is JSON-escaped by pino; bidirectional controls are cut by whoever logs it (`printable`).
 */
import { pino, type Logger as PinoLogger } from 'pino';

export type Logger = Pick<PinoLogger, 'error' | 'warn' | 'info' | 'debug'>;

const SECRETS = ['password', '*.password', '*.*.password', 'authKey', '*.authKey', 'privKey', '*.privKey', 'community', '*.community'];

/** A logger at this level; `silent` says nothing. */
export function createLogger(level: 'silent' | 'error' | 'warn' | 'info' | 'debug'): Logger {
  return pino({ level, base: null, redact: SECRETS }, pino.destination({ fd: 2, sync: true }));
}
