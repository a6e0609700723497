/** One request: its body, a key by which the receiver knows it again, and a signature where there is a secret. Pure. */
import { createHmac } from 'node:crypto';
import { safeJson } from '../escape-json.ts';
import { digest } from '../wording.ts';
import type { WebhookSettings } from './schema.ts';
import { filled, type Scope } from './template.ts';

export interface WebhookRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * `subject`: what it is about (device keys, the number of the event). The same again has the same key, however often it is sent. The whole
 * records count, not only the body: a body that comes back after another one was sent is news, and must not be taken for a repetition.
 */
export function requestOf(settings: WebhookSettings, scope: Scope, subject: string, secret: string | undefined): WebhookRequest {
  const body = safeJson(filled(settings.body, scope));
  const { device, devices, event } = scope;
  const key = digest(JSON.stringify(['webhook', subject, digest(body), digest(JSON.stringify([device, devices, event?.id]))]));
  const signature = secret === undefined ? undefined : `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  return {
    body,
    headers: {
      ...settings.headers,
      'content-type': 'application/json',
      [settings.idempotencyHeader.toLowerCase()]: key,
      ...(signature === undefined ? {} : { [settings.signatureHeader.toLowerCase()]: signature }),
    },
  };
}
