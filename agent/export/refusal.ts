/** An answer the HTTP client let through although it says no. Pure. */
import { TargetError, type FailureScope } from './errors.ts';
import { serverWords } from './server-words.ts';
import type { HttpResponse } from './types.ts';

/** The refusal as an error with the server's own words. `scope`: whom it stops. */
export function refusal(scope: FailureScope, asked: string, response: HttpResponse): TargetError {
  const words = serverWords(response);
  return new TargetError(scope, `${asked}: ${response.status}: ${words === '' ? 'without a word' : words}`);
}

export function succeeded({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}
