/** Devices for export tests, hostile ones too. */
import { EXPORT_SCHEMA_VERSION, type ExportContext, type ExportDevice } from '../../../agent/export/types.ts';

export const CONTEXT: ExportContext = { at: '2026-01-15T02:10:00.000Z', version: '0.1.0', scans: [] };

/** A device as the inventory hands it over: its serial is one of its identifiers, unless the test says otherwise. */
export function deviceOf(changes: Partial<ExportDevice> = {}): ExportDevice {
  const { serial = 'DS-2CD2143G2-I20230101AAWR000000001' } = changes;
  return {
    schemaVersion: EXPORT_SCHEMA_VERSION,
    key: 'mac:44:19:b6:00:00:01',
    formerKeys: [],
    identifiers: [{ kind: 'mac', value: '44:19:b6:00:00:01' }, ...(serial === null ? [] : [{ kind: 'serial' as const, value: serial }])],
    brand: 'Hikvision',
    maker: 'Hikvision',
    owner: 'Hikvision',
    model: 'DS-2CD2143G2-I',
    firmware: 'V5.7.3 build 220112',
    serial,
    mac: '44:19:b6:00:00:01',
    deviceType: 'camera',
    surveillance: true,
    certainty: 'confirmed',
    addresses: ['192.0.2.64'],
    site: 'hq',
    status: 'present',
    phaseOut: null,
    custodian: null,
    location: null,
    note: null,
    firstSeen: '2025-11-02T02:00:11.000Z',
    lastSeen: '2026-01-15T02:00:07.000Z',
    flagged: true,
    verdicts: [
      {
        policy: 'ca-fed-2025',
        title: 'Canada',
        verdict: 'restricted',
        certainty: 'certain',
        since: '2025-11-02T02:00:11.000Z',
        because: 'maker',
      },
    ],
    summary: 'Hikvision DS-2CD2143G2-I',
    because: 'it says so',
    contradictions: [],
    evidence: [],
    ...changes,
  };
}

const HOSTILE = '<script>alert("1")</script>\u202eevil\r\n=cmd|\' /C calc\'!A0,{{device.key}} & "quotes" \u0000\ud800';

/** By what is special about them. */
export const DEVICES = {
  usual: deviceOf(),
  bare: deviceOf({
    key: 'hq:192.0.2.9',
    identifiers: [],
    ...{ brand: null, maker: null, owner: null, model: null, firmware: null, serial: null, mac: null, deviceType: null },
    addresses: ['192.0.2.9'],
    verdicts: [],
    flagged: false,
  }),
  noSerial: deviceOf({ key: 'mac:44:19:b6:00:00:02', mac: '44:19:b6:00:00:02', serial: null }),
  noMac: deviceOf({ key: 'serial:hikvision:ABC1', mac: null, serial: 'ABC1' }),
  gone: deviceOf({ key: 'mac:44:19:b6:00:00:03', mac: '44:19:b6:00:00:03', serial: 'S3', status: 'gone' }),
  hostile: deviceOf({
    key: `serial:${HOSTILE}`,
    brand: HOSTILE,
    maker: HOSTILE,
    model: HOSTILE,
    firmware: HOSTILE,
    serial: HOSTILE,
    mac: null,
  }),
  long: deviceOf({ key: 'mac:44:19:b6:00:00:04', mac: '44:19:b6:00:00:04', ...longTexts('x'.repeat(10_240)) }),
  sixth: deviceOf({ key: 'mac:44:19:b6:00:00:05', mac: '44:19:b6:00:00:05', serial: 'S5', addresses: ['2001:db8::5', '192.0.2.5'] }),
} as const satisfies Record<string, ExportDevice>;

function longTexts(text: string): Partial<ExportDevice> {
  return { brand: text, model: text, firmware: text, serial: text };
}
