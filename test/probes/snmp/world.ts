/** A world for the SNMP probe: agents that end with their test, the port of one of them, the objects they are asked for. */
import { decodeSnmp } from '../../../probes/snmp/decode.ts';
import { fakeContext, type Fake, type FakeWorld } from '../fake-context.ts';
import type { Running } from './agents.ts';
import { message, tlv, TYPE, varbind } from './messages.ts';

export const ENTERPRISES = '1.3.6.1.4.1';
export const SYS_DESCR = '1.3.6.1.2.1.1.1.0';
export const SYS_OBJECT_ID = '1.3.6.1.2.1.1.2.0';
export const ENGINE = Buffer.from('800017e70300408c010203', 'hex');

const running: Running[] = [];

/** For `afterEach`: ends all that was kept. */
export async function stopKept(): Promise<void> {
  for (const one of running.splice(0)) await one.stop();
}

export function keep<T extends Running>(one: T): T {
  running.push(one);
  return one;
}

export function world(port: number, more: FakeWorld = {}): Fake {
  return fakeContext({ ...more, decoder: decodeSnmp, ports: { snmp: [port] }, settings: { timeoutMs: 1000, ...more.settings } });
}

/** The objects of a v1 or v2c question, in a response with `value` for those named and noSuchObject for the rest. */
export function answer(
  asked: { id?: number | undefined; version: number; varbinds: readonly { oid: string }[] },
  values: Readonly<Record<string, Uint8Array>>,
): Buffer {
  const varbinds = asked.varbinds.map((pair) => varbind(pair.oid, values[pair.oid] ?? tlv(TYPE.noSuchObject)));
  return message({ version: asked.version, id: asked.id ?? 0, varbinds });
}
