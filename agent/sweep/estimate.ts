/**
 * What a scan will send and how long it will take, before the first packet. Pure. An estimate of two extremes, nobody and
 * everybody answering, and of a usual network in between.
 */
import type { Probe, ProbeSettings } from '../../probes/probe.ts';

export interface Estimate {
  readonly addresses: number;
  readonly packetsSilent: number;
  readonly packetsAnswered: number;
  /** With one address in five answering. */
  readonly packetsUsual: number;
  readonly secondsUsual: number;
}

const USUAL_SHARE_ALIVE = 0.2;

export interface EstimateInput {
  readonly addresses: number;
  readonly segments: number;
  readonly probes: readonly Probe[];
  readonly settings: ProbeSettings;
  readonly rate: number;
  readonly concurrency: number;
}

export function estimate({ addresses, segments, probes, settings, rate, concurrency }: EstimateInput): Estimate {
  let [silent, answered] = [0, 0];
  for (const probe of probes) {
    const targets = probe.scope === 'segment' ? segments : addresses;
    for (const note of probe.traffic(settings)) {
      // Nothing but datagrams goes to an address that shows no sign of life.
      silent += targets * (probe.scope === 'address' && probe.wave === 2 ? 0 : note.packetsSilent);
      answered += targets * note.packetsAnswered;
    }
  }
  const usual = silent + (answered - silent) * USUAL_SHARE_ALIVE;
  const waitSeconds = (Math.ceil(addresses / concurrency) * settings.timeoutMs * 1.5) / 1000;
  return {
    addresses,
    packetsSilent: Math.round(silent),
    packetsAnswered: Math.round(answered),
    packetsUsual: Math.round(usual),
    secondsUsual: Math.max(usual / rate, waitSeconds, segments > 0 ? settings.settleMs / 1000 : 0),
  };
}
