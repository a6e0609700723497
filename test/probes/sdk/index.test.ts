import { describe, expect, it } from 'vitest';
import { decodeSdk } from '../../../probes/sdk/decode.ts';
import { sdkProbe } from '../../../probes/sdk/index.ts';
import { fakeContext } from '../fake-context.ts';
import { SAMPLES } from '../vendor-samples.ts';

describe('probes/sdk/index', () => {
  it('connects to both ports, sends nothing and reads what is said', async () => {
    const fake = fakeContext({ decoder: decodeSdk, tcp: ({ port }) => (port === 8000 ? SAMPLES.sdk : SAMPLES.sdkText) });
    expect(await sdkProbe.run('192.0.2.9', fake.context)).toBe('answered');
    expect(fake.sent.tcp.map(({ port, send }) => [port, send.length])).toEqual([
      [8000, 0],
      [37777, 0],
    ]);
    expect(fake.sent.udp).toEqual([]);
    expect(fake.values('sdk.hello')).toEqual(['000000100000001e0000001e00000000']);
    expect(fake.values('sdk.realm')).toEqual(['Login to 3F05B0APAZHKSHZ']);
    expect(fake.reported.map(({ from, response }) => [from.port, typeof response.bytes])).toEqual([
      [8000, 'string'],
      [37777, 'string'],
    ]);
  });

  it('counts an open but quiet port as silence, and reports nothing', async () => {
    const quiet = fakeContext({ tcp: () => ({ reach: 'answered', bytes: new Uint8Array(), ended: 'deadline' }) });
    expect(await sdkProbe.run('192.0.2.9', quiet.context)).toBe('silent');
    expect(quiet.reported).toEqual([]);
    const closed = fakeContext({ tcp: ({ port }) => (port === 8000 ? 'refused' : 'silent') });
    expect(await sdkProbe.run('192.0.2.9', closed.context)).toBe('silent');
    expect(await sdkProbe.run('192.0.2.9', fakeContext().context)).toBe('refused');
    expect(await sdkProbe.run('192.0.2.9', fakeContext({ ports: { sdk: [], 'dahua-sdk': [] } }).context)).toBe('excluded');
  });

  it('promises no bytes', () => {
    expect(sdkProbe.traffic(fakeContext().context.settings).map(({ to, bytes }) => [to, bytes])).toEqual([
      ['TCP 8000', 0],
      ['TCP 37777', 0],
    ]);
  });
});
