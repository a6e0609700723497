/** GLPI's inventory endpoint: takes what its schema allows, knows an item again by serial, then MAC, then makes another; refuses empty names. */
import { z } from 'zod';
import { startStandIn, type StandIn, type StandInRequest } from '../stand-in.ts';

export interface GlpiItem {
  readonly device: Record<string, unknown>;
  /** People's. */
  comment: string;
  inventories: number;
}

export interface Glpi extends StandIn {
  readonly items: GlpiItem[];
}

const bodySchema = z.object({
  deviceid: z.string(),
  content: z.object({ network_device: z.looseObject({ name: z.string(), serial: z.string().optional(), mac: z.string().optional() }) }),
});

/** `reply`: what it says instead of taking anything. */
export async function startGlpi(isValid: (body: unknown) => boolean, reply?: unknown): Promise<Glpi> {
  const items: GlpiItem[] = [];
  const standIn = await startStandIn(({ method, path, body, headers }: StandInRequest) => {
    if (path !== '/front/inventory.php' || method !== 'POST') return { status: 404, json: { message: 'not here' } };
    if (reply !== undefined) return { status: 200, json: reply };
    if (headers['content-type'] !== 'application/json' || !/^[0-9a-f-]{36}$/.test(headers['glpi-agent-id'] ?? '')) {
      return { status: 400, json: { status: 'error', message: 'not an agent' } };
    }
    if (!isValid(body)) return { status: 400, json: { status: 'error', message: 'JSON does not validate' } };
    const { network_device: device } = bodySchema.parse(body).content;
    if (device.name === '') return { status: 400, json: { status: 'error', message: 'refused: empty name' } };
    const found =
      items.find((item) => device.serial !== undefined && item.device.serial === device.serial) ??
      items.find((item) => device.mac !== undefined && item.device.mac === device.mac);
    const item = found ?? { device: {}, comment: '', inventories: 0 };
    if (!found) items.push(item);
    Object.assign(item.device, device);
    item.inventories += 1;
    return { status: 200, json: { status: 'ok', expiration: 24 } };
  });
  return { ...standIn, items };
}
