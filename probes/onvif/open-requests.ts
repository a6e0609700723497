/**
 * Requests without a login are the same in every scan: the build has the library write them once. Loading it takes as long as asking
 * two dozen devices, and a scan that logs in nowhere has no other use for it.
 */
import { readFileSync } from 'node:fs';
import { isObject } from '../json-answer.ts';
import type { Operation } from './request-writer.ts';

/** Beside the compiled code, written by the build: `{"GetScopes": "<?xml …"}`. */
export const REQUESTS_FILE = 'open-requests.json';

type Requests = (operation: Operation) => string | undefined;

let packed: Requests | undefined;

/** XML of the operation without a login; undefined in a bare checkout, where nothing has been written before. */
export function requestWrittenBefore(operation: Operation): string | undefined {
  packed ??= openRequests(new URL(REQUESTS_FILE, import.meta.url));
  return packed(operation);
}

/** Finds nothing in a file that is not there, or is none of ours. */
export function openRequests(file: URL): Requests {
  const requests = read(file);
  return (operation) => {
    const xml = isObject(requests) ? requests[operation] : undefined;
    return typeof xml === 'string' ? xml : undefined;
  };
}

function read(file: URL): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
