/** `--explain-traffic` and `--dry-run`: every packet in words, with counts and an estimate of time, before one leaves. */
import type { Probe, ProbeSettings } from '../../probes/probe.ts';
import { touchQuestion } from '../../probes/touch.ts';
import { leftOf } from '../sweep/begun.ts';
import { estimate, type EarlierScan, type Estimate, type EstimateBasis } from '../sweep/estimate.ts';
import type { StoredEarlierScan } from './earlier-scan.ts';
import type { ScanPlan } from './scan-plan.ts';

/** One line a question, grouped by probe. */
export function explainTraffic(probes: readonly Probe[], settings: ProbeSettings): string {
  const lines = probes.flatMap((probe) => {
    const notes = probe.traffic(settings);
    const scope =
      probe.scope === 'segment' ? 'once per attached segment' : probe.wave === 1 ? 'to every address' : 'to every address that shows life';
    const head = `${probe.id}: ${probe.title} (${scope})`;
    return [
      head,
      ...notes.map(
        ({ what, to, packetsSilent, packetsAnswered, bytes }) =>
          `    ${to.padEnd(14)} ${what}; ${packetsSilent}-${packetsAnswered} packets, up to ${bytes} bytes`,
      ),
    ];
  });
  const communities = settings.snmpCommunities.length;
  return `${[
    ...lines,
    '',
    `SNMP communities asked with: ${communities === 0 ? 'none' : settings.snmpCommunities.map((name) => (name === 'public' ? 'public' : '(configured)')).join(', ')}`,
    'Never sent: log-ins nobody gave us, default passwords, anything that changes state, requests for images, anything to port 9100.',
  ].join('\n')}\n`;
}

/** What a scan of this plan would cost, in numbers. */
export function estimateOf(plan: ScanPlan, earlier?: EarlierScan): Estimate {
  return estimate({
    ranges: leftOf(plan.ranges, plan.begun),
    exclusions: plan.exclusions,
    attached: plan.tableLimit === undefined ? [] : plan.attached,
    segments: plan.segments.length,
    probes: plan.probes,
    settings: plan.settings,
    touchBytes: touchQuestion(plan.settings, () => NIL_UUID).payload.length,
    rate: plan.rate,
    concurrency: plan.concurrency,
    darkWaitMs: plan.darkWaitMs,
    tableLimit: plan.tableLimit,
    otherKnocks: plan.otherKnocks,
    earlier,
  });
}

const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** What a scan of this plan would cost. */
export function describePlan(plan: ScanPlan, earlier?: StoredEarlierScan): string {
  const { addresses, packetsSilent, packetsExpected, packetsAnswered, bytesExpected, secondsExpected, basis } = estimateOf(plan, earlier);
  return `${[
    `targets      ${plan.labels.slice(0, 8).join(', ')}${plan.labels.length > 8 ? `, and ${plan.labels.length - 8} more` : ''}: ${number(addresses)} addresses${plan.begun ? ' left' : ''}`,
    ...plan.segments.map(
      ({ interfaceName, address, prefixLength }) =>
        `segment      ${interfaceName} ${address}/${prefixLength}, asked by multicast and broadcast`,
    ),
    ...plan.leftOut.map(({ interfaceName, reason }) => `left out     ${interfaceName}: ${reason}`),
    `packets      ${number(packetsSilent)} if nobody answers, about ${number(packetsExpected)} expected, ${number(packetsAnswered)} if everybody answers everything`,
    `bytes        about ${formatBytes(bytesExpected)} of questions; headers, ARP and acknowledgements come on top`,
    `rate         at most ${number(plan.rate)} packets a second in all, ${number(plan.hostRate)} to one host`,
    `time         about ${formatSeconds(secondsExpected)}`,
    `expected     ${basisInWords(basis, earlier)}`,
  ].join('\n')}\n`;
}

/** What the numbers rest on: an earlier scan, a usual network, or part of each. */
function basisInWords(basis: EstimateBasis, earlier: StoredEarlierScan | undefined): string {
  const { known, knownAlive, assumed, assumedAlive, isCostMeasured } = basis;
  const scan = earlier && `the scan of ${earlier.startedAt.slice(0, 10)} (${earlier.id})`;
  const parts = [
    ...(scan !== undefined && known > 0 ? [`as in ${scan}: ${number(knownAlive)} of ${number(known)} addresses alive`] : []),
    ...(assumed > 0
      ? [`as on a usual network: ${number(assumedAlive)} of ${number(assumed)}${known > 0 ? ' others' : ' addresses'} alive`]
      : []),
    ...(scan !== undefined && isCostMeasured && known === 0 ? [`each at the cost measured in ${scan}`] : []),
    ...(isCostMeasured ? [] : ['what a host costs is not measured yet']),
  ];
  return parts.join('; ');
}

const number = (value: number): string => Math.round(value).toLocaleString('en');

/** `900 bytes`, `41 KB`, `3.2 MB`: thousands, as networks count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
