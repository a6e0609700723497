import { describe, expect, it } from 'vitest';
import { factsOf, type DeviceFacts } from '../../../agent/report/facts.ts';
import { decode } from '../../../probes/decode.ts';
import { identityOf, observed } from './observed.ts';
import type { Observation } from '../../../probes/observation.ts';

const facts = (observations: readonly Observation[], claims: Parameters<typeof identityOf>[0] = {}): DeviceFacts =>
  factsOf(identityOf(claims), observations);
const NOTHING = { firmwareBuilt: null, produced: null, activated: null, channels: null };

describe('agent/report/facts', () => {
  it('knows nothing of a device that said nothing', () => {
    expect(facts([])).toEqual(NOTHING);
    expect(
      facts(
        observed('r', [
          ['http.title', 'V5.2.5 build 141201'],
          ['sadp.Activated', ''],
          ['sadp.AnalogChannelNum', '-1'],
        ]),
      ),
    ).toEqual(NOTHING);
  });

  it('takes the dates of the claims', () => {
    expect(facts([], { firmware: 'V5.2.5 build 141201', serial: 'DS-2CD2432F-IW20150126CCCH502126167' })).toMatchObject({
      firmwareBuilt: '2014-12-01',
      produced: '2015-01-26',
    });
  });

  it('finds the date of the claimed version where another answer has it, and of no other version', () => {
    const seen = observed('r', [
      ['isapi.firmwareVersion', 'V5.7.18'],
      ['isapi.firmwareReleasedDate', 'build 240826'],
    ]);
    expect(facts(seen, { firmware: 'V5.7.18' }).firmwareBuilt).toBe('2024-08-26');
    expect(facts(seen).firmwareBuilt).toBe('2024-08-26');
    expect(facts(seen, { firmware: 'V5.7.1' }).firmwareBuilt).toBeNull();
    const apart = [
      ...observed('r', [['isapi.firmwareVersion', 'V5.7.18']]),
      ...observed('s', [['isapi.firmwareReleasedDate', 'build 240826']]),
    ];
    expect(facts(apart).firmwareBuilt).toBeNull();
  });

  it.each([
    ['sadp.Activated', 'true', true],
    ['sadp.Activated', 'flase', false],
    ['sadp.Activated', 'perhaps', null],
    ['http.xml.Activated', 'false', false],
    ['http.xml.subStatusCode', 'notActivated', false],
    ['http.xml.subStatusCode', 'badAuthorization', null],
    ['dhip.Init', '2714', true],
    ['dhip.Init', '1', false],
    ['dhip.Init', '0', null],
    ['dhip.Init', 'x', null],
  ])('reads activation from %s = %s', (field, value, expected) => {
    expect(facts(observed('r', [[field, value]])).activated).toBe(expected);
  });

  it('counts channels as a search answer does', () => {
    const seen = observed('r', [
      ['sadp.AnalogChannelNum', '4'],
      ['sadp.DigitalChannelNum', '5'],
    ]);
    expect(facts(seen).channels).toEqual({ analogue: 4, digital: 5, cameras: [] });
  });

  // List built after the element names in hikvision_next's documentation of InputProxy channels; values ours.
  it('lists the cameras behind a recorder, a channel without a camera included', () => {
    const channel = (id: number, inside: string): string =>
      `<InputProxyChannel><id>${id}</id><name>Camera ${id}</name><sourceInputPortDescriptor>${inside}</sourceInputPortDescriptor></InputProxyChannel>`;
    const xml = `<InputProxyChannelList>${channel(1, '<proxyProtocol>ONVIF</proxyProtocol><ipAddress>192.168.254.2</ipAddress><managePortNo>80</managePortNo><model>CAM-9</model><serialNumber>S1</serialNumber><firmwareVersion>V1</firmwareVersion>')}${channel(2, '')}</InputProxyChannelList>`;
    const seen = decode({ id: 'r', protocol: 'isapi', from: { address: '192.0.2.7' }, response: { xml } });
    expect(facts(seen).channels?.cameras).toEqual([
      { id: '1', name: 'Camera 1', address: '192.168.254.2', model: 'CAM-9', serial: 'S1', firmware: 'V1', protocol: 'ONVIF' },
      { id: '2', name: 'Camera 2', address: null, model: null, serial: null, firmware: null, protocol: null },
    ]);
    const other = seen.map((item) => (item.value === 'InputProxyChannelList' ? { ...item, value: 'VideoInputChannelList' } : item));
    expect(facts(other).channels).toBeNull();
  });

  it('lists the cameras of a full recorder', () => {
    const xml = `<InputProxyChannelList>${Array.from({ length: 48 }, (_, at) => `<InputProxyChannel><id>${at + 1}</id><name>n</name><a>1</a><b>2</b><c>3</c><d>4</d><sourceInputPortDescriptor><ipAddress>192.168.254.${at + 2}</ipAddress><model>M</model><serialNumber>S</serialNumber></sourceInputPortDescriptor></InputProxyChannel>`).join('')}</InputProxyChannelList>`;
    const seen = decode({ id: 'r', protocol: 'isapi', from: { address: '192.0.2.7' }, response: { xml } });
    expect(facts(seen).channels?.cameras.at(-1)).toMatchObject({ id: '48', address: '192.168.254.49', serial: 'S' });
  });
});
