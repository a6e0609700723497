/** `--explain-traffic` and `--dry-run`: every packet in words, with counts and an estimate of time, before one leaves. */
import type { Probe, ProbeSettings } from '../../probes/probe.ts';
import { estimate, type Estimate } from '../sweep/estimate.ts';
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
export function estimateOf(plan: ScanPlan): Estimate {
  return estimate({
    ranges: plan.ranges,
    attached: plan.tableLimit === undefined ? [] : plan.attached,
    segments: plan.segments.length,
    probes: plan.probes,
    settings: plan.settings,
    rate: plan.rate,
    concurrency: plan.concurrency,
    darkWaitMs: plan.darkWaitMs,
    otherKnocks: plan.otherKnocks,
  });
}

/** What a scan of this plan would cost. */
export function describePlan(plan: ScanPlan): string {
  const { addresses, packetsSilent, packetsUsual, packetsAnswered, secondsUsual } = estimateOf(plan);
  const number = (value: number): string => Math.round(value).toLocaleString('en');
  return `${[
    `targets      ${plan.labels.slice(0, 8).join(', ')}${plan.labels.length > 8 ? `, and ${plan.labels.length - 8} more` : ''}: ${number(addresses)} addresses`,
    ...plan.segments.map(
      ({ interfaceName, address, prefixLength }) =>
        `segment      ${interfaceName} ${address}/${prefixLength}, asked by multicast and broadcast`,
    ),
    ...plan.leftOut.map(({ interfaceName, reason }) => `left out     ${interfaceName}: ${reason}`),
    `packets      ${number(packetsSilent)} if nobody answers, about ${number(packetsUsual)} on a usual network, ${number(packetsAnswered)} if everybody answers everything`,
    `rate         at most ${number(plan.rate)} packets a second in all, ${number(plan.hostRate)} to one host`,
    `time         about ${formatSeconds(secondsUsual)}`,
  ].join('\n')}\n`;
}

/** `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
