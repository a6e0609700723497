/** The report as CSV: one device a row, what the inventory knows of it included. Pure. Cells are made safe in csv.ts. */
import { csvText } from './csv.ts';
import { isRebrand, type ReportDevice, type ReportDocument } from './document.ts';

const COLUMNS: readonly (readonly [head: string, value: (device: ReportDevice) => string | null])[] = [
  ['schema_version', () => '1'],
  ['group', ({ group }) => group],
  ['site', ({ site }) => site],
  ['address', ({ address }) => address],
  ['other_addresses', ({ addresses, address }) => addresses.filter((other) => other !== address).join(';')],
  ['mac', ({ mac }) => mac],
  ['key', ({ key }) => key],
  ['maker', ({ maker }) => maker],
  ['brand', ({ brand }) => brand],
  ['rebrand', (device) => String(isRebrand(device))],
  ['owner', ({ owner }) => owner],
  ['model', ({ model }) => model],
  ['firmware', ({ firmware }) => firmware],
  ['firmware_built', ({ firmwareBuilt }) => firmwareBuilt],
  ['serial', ({ serial }) => serial],
  ['device_type', ({ deviceType }) => deviceType],
  ['certainty', ({ certainty }) => certainty],
  ['verdicts', ({ verdicts }) => verdicts.map(({ policy, verdict }) => `${policy}=${verdict}`).join(';')],
  [
    'exceptions',
    ({ verdicts }) =>
      verdicts.flatMap(({ exception }) => (exception ? [`${exception.id}=${exception.state} until ${exception.expires}`] : [])).join(';'),
  ],
  ['presence', ({ presence }) => presence],
  ['first_seen', ({ firstSeen }) => firstSeen],
  ['last_seen', ({ lastSeen }) => lastSeen],
  ['phase_out', ({ phaseOut }) => phaseOut?.status ?? null],
  ['phase_out_since', ({ phaseOut }) => phaseOut?.since ?? null],
  ['custodian', ({ phaseOut }) => phaseOut?.custodian ?? null],
  ['location', ({ phaseOut }) => phaseOut?.location ?? null],
  ['note', ({ phaseOut }) => phaseOut?.note ?? null],
  ['because', ({ because }) => because],
  ['ports', ({ ports }) => ports.join(';')],
];

export function renderDocumentCsv({ devices }: Pick<ReportDocument, 'devices'>): string {
  return csvText(
    COLUMNS.map(([head]) => head),
    devices.map((device) => COLUMNS.map(([, value]) => value(device) ?? '')),
  );
}
