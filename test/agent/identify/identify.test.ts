import { beforeAll, describe, expect, it } from 'vitest';
import { fileURLToPath } from 'node:url';
import { compileSignatures, type CompiledSignatures } from '../../../agent/identify/compile.ts';
import { identify } from '../../../agent/identify/identify.ts';
import type { Identity } from '../../../agent/identify/types.ts';
import { loadOui } from '../../../agent/net/oui.ts';
import { decode } from '../../../probes/decode.ts';
import type { Protocol } from '../../../probes/recording.ts';
import { readSources } from '../../../signatures/load.ts';

let signatures: CompiledSignatures;
beforeAll(() => {
  signatures = compileSignatures(readSources(fileURLToPath(new URL('../../../signatures/', import.meta.url))), loadOui());
});

type Exchange = readonly [protocol: Protocol, response: Record<string, unknown>];

function judge(...exchanges: Exchange[]): Identity {
  const observations = exchanges.flatMap(([protocol, response], index) =>
    decode({ id: `r${index}`, from: { address: '10.0.0.9', port: 80 }, protocol, response }),
  );
  return identify(observations, signatures);
}

const header = (name: string, value: string): Exchange => ['http', { status: 200, headers: [[name, value]] }];
// Built after the public ProbeMatch on sergei.nz, cut short.
const SADP: Exchange = [
  'sadp',
  { xml: '<ProbeMatch><DeviceDescription>IPC-X1</DeviceDescription><MAC>c0-56-e3-00-00-01</MAC></ProbeMatch>' },
];

describe('agent/identify/identify', () => {
  it('confirms by one vendor protocol answer', () => {
    expect(judge(SADP)).toMatchObject({ maker: { value: 'hikvision', certainty: 'confirmed' }, mac: 'c0:56:e3:00:00:01' });
  });

  it('never confirms by a server header alone, and never names a brand by it', () => {
    const identity = judge(header('Server', 'DNVRS-Webs'));
    expect(identity).toMatchObject({ maker: { value: 'hikvision', certainty: 'probable' }, brand: undefined });
  });

  it('confirms by two independent channels', () => {
    const rtsp: Exchange = [
      'rtsp',
      {
        status: 401,
        headers: [['WWW-Authenticate', 'Digest realm="IP Camera(C2875)", nonce="0123456789abcdef0123456789abcdef", stale="FALSE"']],
      },
    ];
    expect(judge(header('Server', 'App-webs/'), rtsp).maker).toMatchObject({ value: 'hikvision', certainty: 'confirmed' });
  });

  it('keeps brand and maker apart and names both', () => {
    const onvif: Exchange = [
      'onvif',
      {
        xml: '<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Body><GetDeviceInformationResponse><Manufacturer>ANNKE</Manufacturer></GetDeviceInformationResponse></Body></Envelope>',
      },
    ];
    expect(judge(SADP, onvif)).toMatchObject({ maker: { value: 'hikvision' }, brand: { value: 'annke' } });
    expect(judge(onvif)).toMatchObject({ maker: undefined, brand: { value: 'annke' } });
  });

  it('does not let a stock web server clear a device that proved its maker', () => {
    const identity = judge(SADP, header('Server', 'GoAhead-Webs'));
    expect(identity.maker?.value).toBe('hikvision');
    expect(identity.surveillance).not.toBe(false);
    expect(identity.deviceType?.value).not.toBe('web-server');
  });

  it('does not clear by a stock web server alone', () => {
    for (const server of ['GoAhead-Webs', 'Boa/0.94.13', 'thttpd/2.25b'])
      expect(judge(header('Server', server)).surveillance).not.toBe(false);
  });

  it('clears a printer that names itself', () => {
    expect(
      judge(['snmp', { varbinds: { '1.3.6.1.2.1.1.1.0': 'HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD153,EEPROM' } }]),
    ).toMatchObject({
      surveillance: false,
      deviceType: { value: 'printer' },
    });
  });

  it('takes the type from the device, not from its maker: a Hikvision switch is Hikvision and no camera', () => {
    const snmp: Exchange = [
      'snmp',
      { varbinds: { '1.3.6.1.4.1.39165.1.1.0': 'DS-3E1318P-EI', '1.3.6.1.4.1.39165.1.3.0': 'V1.0.2 build 200811' } },
    ];
    expect(judge(snmp)).toMatchObject({ maker: { value: 'hikvision' }, deviceType: { value: 'switch' }, surveillance: false });
  });

  it('says nothing where nothing is known', () => {
    expect(judge(header('Server', 'zxqw/1.0'))).toMatchObject({ maker: undefined, brand: undefined, certainty: null, surveillance: null });
    expect(identify([], signatures)).toMatchObject({ evidence: [], contradictions: [] });
  });

  it('shows a MAC that contradicts the neighbour table', () => {
    const arp: Exchange = ['arp', { mac: '52:54:00:11:22:33' }];
    expect(judge(SADP, arp).contradictions.join()).toContain('claims MAC c0:56:e3:00:00:01');
  });

  it('names a rival maker, and makes no rebrand of two devices behind one address', () => {
    const router: Exchange = ['http', { status: 200, headers: [['Server', 'Router Webserver']], body: '<title>TL-WR841N</title>' }];
    const identity = judge(router, header('Server', 'App-webs/'));
    const makers = [identity.maker?.value, ...(identity.rivals ?? []).map(({ value }) => value)];
    expect(makers).toContain('hikvision');
    expect(identity.brand === undefined || identity.brand.value === identity.maker?.value).toBe(true);
  });
});
