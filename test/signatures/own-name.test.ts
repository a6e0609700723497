/**
 * Every maker of surveillance equipment by its own name, in each field where firmware writes it: through decoder and
 * identification, as a recording would go. And the places where a name stands that says nothing of who answered.
 */
import { describe, expect, it } from 'vitest';
import { loadEngine } from '../../agent/commands/engine.ts';
import { identify } from '../../agent/identify/identify.ts';
import { observationsOf } from '../../agent/sweep/hosts.ts';
import type { Identity } from '../../agent/identify/types.ts';
import type { Recording } from '../../probes/recording.ts';
import { OWN_NAME_PLACES } from '../../signatures/own-name.ts';

const { data, signatures } = loadEngine();
const NAMED = data.makers.flatMap((maker) => (maker.ownName ? [{ ...maker, ownName: maker.ownName }] : []));

/** Makers of nothing but surveillance equipment whose bare name proves nothing, and why. */
const WITHOUT: Readonly<Record<string, string>> = {
  avtech: 'AVTECH Software makes room monitors',
  cbc: 'a broadcaster, a cipher mode and much else',
  'cp-plus': 'sold with the firmware of several makers: its own signatures tell which',
  empiretech: 'a dealer of Dahua: judged by what the firmware shows',
  epcom: 'a dealer of Hikvision: judged by what the firmware shows',
  frigate: 'lists cameras of others by their names, and is a word',
  'generic-surveillance': 'no maker',
  hilook: 'Hikvision: flagged, so it is proved by firmware',
  hiwatch: 'Hikvision: flagged, so it is proved by firmware',
  holowits: 'has signatures of its own for each field it shows',
  'i-catcher': 'a word in other products',
  laview: 'Hikvision: flagged, so it is proved by firmware',
  lts: 'stands in the name of every long-term release',
  luma: 'a word',
  milestone: 'a word',
  motioneye: 'software that shows cameras of others',
  northern: 'a word',
  observint: 'Hikvision: flagged, so it is proved by firmware',
  safire: 'Hikvision: flagged, so it is proved by firmware',
  salient: 'a word',
  shinobi: 'a word',
  yi: 'two letters',
};

type Answer = Pick<Recording, 'protocol' | 'response'>;
const xml = (body: string): string => `<?xml version="1.0"?>${body}`;
const upnp = (elements: string): Answer => ({
  protocol: 'ssdp',
  response: { status: 200, headers: [], body: xml(`<root xmlns="urn:schemas-upnp-org:device-1-0"><device>${elements}</device></root>`) },
});
const scopes = (name: string): string =>
  `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Body><d:ProbeMatches><d:ProbeMatch><d:Scopes>onvif://www.onvif.org/name/${encodeURIComponent(name)}</d:Scopes></d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>`;

/** A value of a field to the answer it stands in. */
const ANSWERS: Readonly<Record<string, (value: string) => Answer>> = {
  'snmp.sysDescr': (value) => ({ protocol: 'snmp', response: { varbinds: { '1.3.6.1.2.1.1.1.0': value } } }),
  'ftp.banner': (value) => ({ protocol: 'ftp', response: { banner: `220 ${value}\r\n` } }),
  'telnet.banner': (value) => ({ protocol: 'telnet', response: { banner: `\r\n${value}\r\nlogin: ` } }),
  'http.header.server': (value) => ({ protocol: 'http', response: { status: 200, headers: [['Server', value]], body: '' } }),
  'http.auth.realm': (value) => ({
    protocol: 'http',
    response: { status: 401, headers: [['WWW-Authenticate', `Basic realm="${value}"`]], body: '' },
  }),
  'http.title': (value) => ({
    protocol: 'http',
    response: { status: 200, headers: [], body: `<html><head><title>${value}</title></head></html>` },
  }),
  'rtsp.header.server': (value) => ({ protocol: 'rtsp', response: { status: 200, headers: [['Server', value]] } }),
  'rtsp.auth.realm': (value) => ({
    protocol: 'rtsp',
    response: { status: 401, headers: [['WWW-Authenticate', `Basic realm="${value}"`]] },
  }),
  'ssdp.header.server': (value) => ({ protocol: 'ssdp', response: { status: 200, headers: [['SERVER', value]] } }),
  'upnp.manufacturer': (value) => upnp(`<manufacturer>${value}</manufacturer>`),
  'upnp.modelName': (value) => upnp(`<modelName>${value}</modelName>`),
  'onvif.scope.name': (value) => ({ protocol: 'ws-discovery', response: { xml: xml(scopes(value)) } }),
  'onvif.Manufacturer': (value) => ({
    protocol: 'onvif',
    response: {
      xml: xml(
        `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><t:GetDeviceInformationResponse xmlns:t="http://www.onvif.org/ver10/device/wsdl"><t:Manufacturer>${value}</t:Manufacturer></t:GetDeviceInformationResponse></e:Body></e:Envelope>`,
      ),
    },
  }),
  'tls.subject': (value) => ({ protocol: 'tls', response: { subject: value, issuer: 'CN=CA', names: [] } }),
  'mdns.instance': (value) => ({ protocol: 'mdns', response: { instance: value, type: '_http._tcp', txt: {}, host: 'device.local' } }),
};

function judge(answer: Answer): Identity {
  return identify(observationsOf({ id: 'r', from: { address: '192.0.2.7', port: 80 }, ...answer }), signatures);
}

describe('signatures: the own name', () => {
  it('is there for every maker of surveillance equipment, or there is a reason', () => {
    const missing = data.makers.filter(({ makes, ownName }) => makes === 'surveillance' && !ownName).map(({ maker }) => maker);
    expect(missing.sort()).toEqual(Object.keys(WITHOUT).sort());
    expect(NAMED.length).toBeGreaterThan(120);
  });

  it.each(OWN_NAME_PLACES.map((place) => [place.field, place] as const))('is recognised in %s', (field, place) => {
    const answerOf = ANSWERS[field];
    if (!answerOf) throw new Error(`no answer for ${field}`);
    const wrong = NAMED.filter(({ ownName }) => ownName.except?.includes(field) !== true).flatMap(({ maker, ownName }) => {
      const { example, asserts } = ownName;
      const identity = judge(answerOf(place.example(example)));
      const found = [identity.maker?.value, identity.brand?.value];
      const right =
        found.includes(asserts.maker ?? asserts.brand) && (asserts.surveillance === undefined || identity.surveillance === true);
      return right ? [] : [`${maker}: ${place.example(example)}: ${found.join()} ${String(identity.surveillance)}`];
    });
    expect(wrong).toEqual([]);
  });

  it.each(Object.keys(ANSWERS))('says nothing where %s only mentions it', (field) => {
    const wrong = NAMED.flatMap(({ maker, ownName: { example } }) => {
      const { evidence } = judge(ANSWERS[field]?.(`Recorder with cameras of ${example}`) ?? { protocol: 'http', response: {} });
      return evidence.filter(({ signature }) => signature.startsWith(`${maker}.own-name.`)).map(({ signature }) => signature);
    });
    expect(wrong).toEqual([]);
  });

  it('takes a bridge for nobody it bridges, a label for no maker, and never flags by a bare name', () => {
    const bridge: Answer = {
      protocol: 'mdns',
      response: { instance: 'Reolink Camera', type: '_hap._tcp', txt: { md: 'bridge' }, host: 'b.local' },
    };
    expect(judge(bridge).maker).toBeUndefined();
    // What is sold with the firmware of others says by its name what it is sold as.
    const labels = new Set(data.relations.map(({ brand }) => brand));
    expect(
      NAMED.filter(({ maker, ownName }) => labels.has(maker) && ownName.asserts.maker !== undefined).map(({ maker }) => maker),
    ).toEqual([]);
    expect(NAMED.map(({ maker }) => maker).filter((maker) => ['hikvision', 'dahua'].includes(maker))).toEqual([]);
  });
});
