/** Devices for the tests of the targets: one plain, one whose every text is an attack. */
import type { ExportContext, ExportDevice, ExportEvent } from '../../../agent/export/types.ts';

export const CONTEXT: ExportContext = {
  at: '2026-01-15T02:00:10.000Z',
  version: '1.2.3',
  scans: [
    {
      site: 'hq',
      uid: 'scan-1',
      startedAt: '2026-01-15T02:00:00.000Z',
      endedAt: '2026-01-15T02:00:09.000Z',
      complete: true,
      coverage: { asked: 254, alive: 12, silent: 240, excluded: 2, notReached: 0 },
    },
  ],
};

export const DEVICE: ExportDevice = {
  schemaVersion: '1',
  key: 'mac:44:19:b6:00:00:01',
  formerKeys: ['hq:192.0.2.64'],
  identifiers: [
    { kind: 'mac', value: '44:19:b6:00:00:01' },
    { kind: 'serial', value: 'DS-2CD2143G2-I20230101AAWR000000001' },
  ],
  brand: 'ANNKE',
  maker: 'Hikvision',
  owner: 'Hikvision',
  model: 'DS-2CD2143G2-I',
  firmware: 'V5.7.3 build 220112',
  serial: 'DS-2CD2143G2-I20230101AAWR000000001',
  mac: '44:19:b6:00:00:01',
  deviceType: 'camera',
  surveillance: true,
  certainty: 'confirmed',
  addresses: ['192.0.2.64', '2001:db8::64'],
  site: 'hq',
  status: 'present',
  phaseOut: 'planned',
  custodian: 'Facilities',
  location: 'HQ, floor 2',
  note: null,
  firstSeen: '2025-11-02T02:00:11.000Z',
  lastSeen: '2026-01-15T02:00:07.000Z',
  flagged: true,
  verdicts: [
    {
      policy: 'ca-fed-2025',
      title: 'Canada federal',
      verdict: 'restricted',
      certainty: 'confirmed',
      since: '2025-11-02T02:00:11.000Z',
      because: 'made by Hikvision',
    },
  ],
  summary: 'camera, sold as ANNKE, made by Hikvision',
  because: 'vendor protocol: deviceDescription',
  contradictions: ['sold as ANNKE, made by Hikvision'],
  evidence: [
    { signature: 'hikvision.isapi', field: 'isapi.manufacturer', value: 'hikvision', strength: 'proof', channel: 'vendor-protocol' },
  ],
};

/** What a device may call itself; ASCII escapes, formulas, separators of every format, bidi and newlines. */
export const ATTACKS = [
  '<script>alert(1)</script>',
  "=cmd|' /C calc'!A0",
  '+1+1',
  '@SUM(A1)',
  '\u202egnp.exe',
  'line one\r\nCEF:0|x|y|z|1|n|10|',
  'pipe|back\\slash=equals',
  'tab\there "quoted", comma; semi',
  '\u001b[31mred\u001b[0m\u0000',
  '${jndi:ldap://127.0.0.1/a}',
  ']]> & <!DOCTYPE x>',
  '"} 1\n# HELP evil',
  ' =1+1',
  'é漢字🎥',
  '\ud800 lone',
] as const;

export function hostile(attack: string): ExportDevice {
  return {
    ...DEVICE,
    key: `serial:${attack}`,
    formerKeys: [attack],
    identifiers: [{ kind: 'serial', value: attack }],
    ...{ brand: attack, maker: attack, owner: attack, model: attack, firmware: attack, serial: attack, deviceType: attack, site: attack },
    ...{ phaseOut: attack, custodian: attack, location: attack, note: attack, summary: attack, because: attack },
    contradictions: [attack],
    verdicts: DEVICE.verdicts.map((verdict) => ({ ...verdict, policy: attack, title: attack, because: attack })),
    evidence: [{ signature: attack, field: attack, value: attack, strength: attack, channel: attack }],
  };
}

export const EVENT: ExportEvent = {
  id: 7,
  at: '2026-01-15T02:00:07.000Z',
  kind: 'verdict-changed',
  policy: 'ca-fed-2025',
  before: 'unknown',
  after: 'restricted',
  summary: 'verdict changed from unknown to restricted',
  device: DEVICE,
};

export function hostileEvent(attack: string): ExportEvent {
  return { ...EVENT, policy: attack, before: attack, after: attack, summary: attack, device: hostile(attack) };
}
