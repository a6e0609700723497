/** A receiver that keeps idempotency keys, checks the signature when it has a secret, and takes nothing twice. */
import { createHmac } from 'node:crypto';
import { startStandIn, type StandIn } from '../stand-in.ts';

export interface Receiver extends StandIn {
  /** Bodies by idempotency key. */
  readonly taken: Map<string, unknown>;
}

export async function startReceiver(secret?: string): Promise<Receiver> {
  const taken = new Map<string, unknown>();
  const standIn = await startStandIn(({ headers, text, body }) => {
    const key = headers['idempotency-key'];
    if (key === undefined || body === undefined) return { status: 400, json: { message: 'no key, or no JSON' } };
    const signature = secret === undefined ? undefined : `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
    if (headers['x-camsweep-signature'] !== signature) return { status: 422, json: { message: 'wrong signature' } };
    if (taken.has(key) && JSON.stringify(taken.get(key)) !== JSON.stringify(body))
      return { status: 409, json: { message: 'same key, other body' } };
    taken.set(key, body);
    return { status: 202, json: {} };
  });
  return { ...standIn, taken };
}
