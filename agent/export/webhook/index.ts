/** Any system that takes JSON over HTTP. The readme says what may stand in a template. */
import type { ApiTarget } from '../types.ts';
import { webhookSettings, type WebhookSettings } from './schema.ts';
import { connectWebhook } from './session.ts';

export const webhookTarget: ApiTarget<WebhookSettings, null> = {
  kind: 'api',
  id: 'webhook',
  title: 'Webhook: JSON by a template, for each device, batch or change',
  settings: webhookSettings,
  logins: ['none', 'bearer', 'token', 'basic', 'header'],
  blind: true,
  connect: connectWebhook,
};
