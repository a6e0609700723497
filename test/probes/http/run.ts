/** The HTTP probe, run against a world without a network: how it ends, and what it asks there. */
import { decodeHttp } from '../../../probes/http/decode.ts';
import { httpProbe } from '../../../probes/http/index.ts';
import type { Outcome } from '../../../probes/probe.ts';
import { decodeTls } from '../../../probes/tls/decode.ts';
import { fakeContext, type Fake, type FakeWorld } from '../fake-context.ts';
import { targetOf } from './site.ts';

export const ADDRESS = '192.0.2.7';
const DECODERS = { http: decodeHttp, https: decodeHttp, tls: decodeTls };

export async function run(world: FakeWorld, address = ADDRESS): Promise<Fake & { outcome: Outcome; asked: string[] }> {
  const fake = fakeContext({ decoder: DECODERS, ...world });
  const outcome = await httpProbe.run(address, fake.context);
  return { ...fake, outcome, asked: fake.sent.tcp.map(targetOf) };
}

export const text = (request: { send: Uint8Array } | undefined): string => Buffer.from(request?.send ?? []).toString('latin1');
