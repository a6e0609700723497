import { describe, expect, it } from 'vitest';
import { describeDevice, type DeviceReport } from '../../../agent/report/device.ts';
import { renderExplanation } from '../../../agent/report/explain.ts';
import { renderHtml } from '../../../agent/report/html.ts';
import { documentOf, reportDevice } from './document-of.ts';
import { identityOf, observed } from './observed.ts';

const SCANNED_AT = '2026-03-01T12:00:00.000Z';
const identity = identityOf({ firmware: 'V5.2.5 build 141201', serial: 'DS-2CD2432F-IW20150126CCCH502126167' });
const observations = observed('r', [
  ['sadp.IPv4Address', '192.0.0.64'],
  ['sadp.IPv4SubnetMask', '255.255.255.0'],
  ['sadp.Activated', 'false'],
  ['isapi.root', 'InputProxyChannelList'],
  ['isapi.channel.id', '1'],
  ['isapi.channel.name', '<b>Door</b>\u001b[2J'],
  ['isapi.channel.model', 'CAM-9'],
]);
const device = (seen = observations): DeviceReport => describeDevice({ address: '192.0.2.7', identity, observations: seen, verdicts: [] });

function explanation(scannedAt: string | undefined, shown: DeviceReport | undefined): string {
  return renderExplanation({
    address: '192.0.2.7',
    identity,
    verdicts: [],
    recordings: new Map(),
    signatureOf: () => undefined,
    outcomes: {},
    scanned: 'then',
    scannedAt,
    device: shown,
  });
}

function page(shown: DeviceReport): string {
  return renderHtml(documentOf([reportDevice(shown)], { startedAt: SCANNED_AT }));
}

describe('agent/report: dates, state and channels', () => {
  it('stand in the report of a device, null where nothing is known', () => {
    expect(device()).toMatchObject({
      firmwareBuilt: '2014-12-01',
      produced: '2015-01-26',
      activated: false,
      notes: ['claims address 192.0.0.64 outside this subnet', 'never activated', 'lists 1 camera behind it'],
    });
    expect(describeDevice({ address: '192.0.2.7', identity: identityOf(), observations: [], verdicts: [] })).toMatchObject({
      firmwareBuilt: null,
      produced: null,
      activated: null,
      channels: null,
      notes: [],
    });
  });

  it('are explained, with ages at the time of the scan, and made printable', () => {
    const text = explanation(SCANNED_AT, device());
    expect(text).toContain('firmware built   2014-12-01, 4108 days before the scan');
    expect(text).toContain('produced         2015-01-26, 4052 days before the scan');
    expect(text).toContain('activated        never');
    expect(text).toContain('1: <b>Door</b>·[2J, CAM-9');
    expect(text).toContain('note             never activated');
    expect(explanation(undefined, device())).toContain('firmware built   2014-12-01\n');
    expect(explanation('2010-01-01T00:00:00.000Z', device())).toContain('firmware built   2014-12-01\n');
  });

  it('leave the explanation of a silent device as it was', () => {
    const silent = describeDevice({ address: '192.0.2.7', identity: identityOf(), observations: [], verdicts: [] });
    expect(explanation(SCANNED_AT, silent)).not.toContain('SAYS OF ITSELF');
    expect(explanation(SCANNED_AT, undefined)).not.toContain('SAYS OF ITSELF');
  });

  it('stand on the card of the HTML report, escaped', () => {
    const html = page(device());
    expect(html).toContain('<dt>Firmware built</dt><dd>2014-12-01, 4108 days before the scan</dd>');
    expect(html).toContain('<dt>Produced</dt><dd>2015-01-26</dd>');
    expect(html).toContain('claims address 192.0.0.64 outside this subnet');
    expect(html).toContain('<summary>Cameras behind it (1)</summary>');
    expect(html).toContain('&lt;b&gt;Door&lt;/b&gt;·[2J');
    expect(page(device([]))).not.toContain('Cameras behind it');
  });
});
