/** Documents for tests of report formats. */
import { totalCoverage, headlineOf, LIMITS, type ReportDevice, type ReportDocument } from '../../../agent/report/document.ts';
import type { DeviceReport } from '../../../agent/report/device.ts';

export function reportDevice(report: DeviceReport, more: Partial<ReportDevice> = {}): ReportDevice {
  return {
    ...report,
    evidence: report.evidence.map((item) => ({ ...item, bytes: [`0000  ${item.value}`] })),
    group: 'flagged',
    key: 'mac:44:19:b6:00:00:01',
    site: 'default',
    subnet: '192.0.2.0/24',
    addresses: [report.address],
    presence: 'present',
    firstSeen: '2026-01-02T03:04:05.000Z',
    lastSeen: '2026-03-01T12:00:01.000Z',
    discoveredAt: {},
    phaseOut: null,
    ...more,
  };
}

export interface DocumentParts extends Partial<ReportDocument> {
  readonly startedAt?: string;
}

export function documentOf(
  devices: readonly ReportDevice[],
  { startedAt = '2026-03-01T12:00:00.000Z', ...parts }: DocumentParts = {},
): ReportDocument {
  const coverage = totalCoverage([{ subnet: '192.0.2.0/24', addresses: 254, alive: 10, silent: 240, excluded: 2, notReached: 2 }]);
  return {
    schemaVersion: 1,
    generatedAt: '2026-03-01T12:30:00.000Z',
    site: 'default',
    headline: headlineOf(devices, coverage),
    scan: { number: 3, uid: 'uid-3', startedAt, endedAt: '2026-03-01T12:01:00.000Z', status: 'complete', targets: ['192.0.2.0/24'] },
    previousAt: '2026-01-01T00:00:00.000Z',
    policies: [
      {
        id: 'rule-1',
        title: 'Rule one',
        jurisdiction: 'CA',
        status: 'in-force',
        instrument: 'statute',
        effect: ['use'],
        effectiveFrom: null,
        deadline: null,
        addressees: ['departments'],
        notAddressed: [],
        needsFromUser: ['purpose'],
        citations: [{ text: 'The text', url: 'https://example.org/text', kind: 'primary', checkedOn: '2026-01-01' }],
        reviewBy: '2027-01-01',
        sha256: 'ab'.repeat(32),
      },
    ],
    devices,
    coverage,
    burnDown: [
      { scan: 1, at: '2026-01-01T00:00:00.000Z', policy: 'rule-1', flagged: 3 },
      { scan: 3, at: '2026-03-01T12:00:00.000Z', policy: 'rule-1', flagged: 1 },
    ],
    progress: [],
    changes: [],
    exceptions: [],
    limits: LIMITS,
    versions: { camsweep: '1.0.0', data: '2026.1', dataHash: 'abcdef012345', scannedWith: 'Camsweep 1.0.0' },
    ...parts,
  };
}
