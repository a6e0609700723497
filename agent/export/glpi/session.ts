/** Posts one inventory a device. GLPI cannot be asked what it holds through this endpoint: the same inventory twice updates the same item. */
import { TargetError } from '../errors.ts';
import { refusal, succeeded } from '../refusal.ts';
import { serverWords } from '../server-words.ts';
import type { DevicePlan, ExportContext, ExportDevice, HttpClient, TargetSession, TargetTools } from '../types.ts';
import { digest } from '../wording.ts';
import { inventoryOf, reasonNotToSend } from './payload.ts';
import { glpiAnswer, type GlpiSettings } from './schema.ts';

export function connectGlpi(settings: GlpiSettings, { http }: TargetTools): TargetSession<null> {
  return {
    plan: (devices, context) => Promise.resolve(devices.map((device) => planOf(device, context, settings))),
    apply: ({ device }, context) => post(http, device, context, settings),
  };
}

function planOf(device: ExportDevice, { version }: ExportContext, settings: GlpiSettings): DevicePlan<null> {
  const reason = reasonNotToSend(device, settings);
  if (reason === 'absent') return { device, action: 'unchanged', changes: [], work: null };
  if (reason === 'unidentified') {
    const why = 'neither serial nor MAC is known: GLPI would make another item each time (sendUnidentified sends it all the same)';
    return { device, action: 'conflict', changes: [], why, work: null };
  }
  const fields = Object.entries(inventoryOf(device, version, settings).content.network_device);
  const changes = fields.map(([field, after]) => ({ field, before: null, after: typeof after === 'string' ? after : after.join(', ') }));
  return { device, action: 'update', changes, work: null };
}

async function post(http: HttpClient, device: ExportDevice, { version }: ExportContext, settings: GlpiSettings): Promise<void> {
  const body = inventoryOf(device, version, settings);
  const headers = { 'content-type': 'application/json', 'glpi-agent-id': agentId(body.deviceid) };
  const response = await http.request({ method: 'POST', path: settings.path, headers, body });
  const asked = `POST ${settings.path}`;
  if (!succeeded(response)) throw refusal(response.status === 404 ? 'target' : 'device', asked, response);
  const parsed = glpiAnswer.safeParse(response.json);
  // A web page, such as the log-in form, is no receipt.
  if (!parsed.success && response.text.trim() !== '')
    throw refusal(response.json === undefined ? 'target' : 'device', `${asked}: not understood`, response);
  if (parsed.data?.status === 'pending') throw new TargetError('retry', `${asked}: GLPI asks to come back later`);
  if (parsed.success && parsed.data.status !== 'ok')
    throw new TargetError('device', `${asked}: ${parsed.data.status}: ${serverWords(response)}`);
}

/** An agent has a UUID of its own; ours follows from the device id, so that it is the same for ever. */
export function agentId(deviceId: string): string {
  const hex = digest(deviceId);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
