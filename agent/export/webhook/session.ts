/** Sends devices one by one or in batches, or changes. The receiver cannot be asked what it has: the idempotency key is what prevents doubles. */
import { createBatcher } from '../batcher.ts';
import { TargetError } from '../errors.ts';
import { refusal, succeeded } from '../refusal.ts';
import type { DevicePlan, ExportContext, ExportDevice, TargetSession, TargetTools } from '../types.ts';
import { requestOf, type WebhookRequest } from './payload.ts';
import type { WebhookSettings } from './schema.ts';

export function connectWebhook(settings: WebhookSettings, { http, secret }: TargetTools): TargetSession<null> {
  const signing = settings.signatureEnv === undefined ? undefined : secret(settings.signatureEnv);
  if (settings.signatureEnv !== undefined && signing === undefined) {
    throw new TargetError('target', `the variable ${settings.signatureEnv} of signatureEnv is empty`);
  }
  const { path = '', method, per } = settings;
  const send = async ({ headers, body }: WebhookRequest): Promise<void> => {
    const response = await http.request({ method, path, headers, body });
    if (!succeeded(response)) throw refusal(response.status === 404 ? 'target' : 'device', method, response);
  };
  const sendDevices = (devices: readonly ExportDevice[], context: ExportContext): Promise<void> =>
    send(requestOf(settings, { devices, context }, devices.map(({ key }) => key).join('\n'), signing));
  const batch = createBatcher(settings.batchSize, async (items: readonly { device: ExportDevice; context: ExportContext }[]) => {
    const [first] = items;
    if (!first) return [];
    await sendDevices(
      items.map(({ device }) => device),
      first.context,
    );
    return items.map(() => true);
  });
  const plan = (devices: readonly ExportDevice[]): Promise<readonly DevicePlan<null>[]> =>
    Promise.resolve(devices.map((device) => ({ device, action: per === 'event' ? 'unchanged' : 'update', changes: [], work: null })));
  if (per === 'event') {
    return {
      plan,
      apply: () => Promise.resolve(),
      sendEvent: (event, context) => send(requestOf(settings, { event, device: event.device, context }, `event ${event.id}`, signing)),
    };
  }
  return {
    plan,
    apply: async ({ device }, context) => {
      if (per === 'batch') await batch({ device, context });
      else await send(requestOf(settings, { device, context }, device.key, signing));
    },
  };
}
