/**
 * What a scan will send and how long it will take, before the first packet. Pure. Nobody knows beforehand who answers, so it
 * states two bounds, nobody and everybody, and a usual network between them.
 */
import type { AddressProbe, Probe, ProbeSettings, Segment } from '../../probes/probe.ts';
import { mergeRanges, parseTarget, type TargetRange } from './targets.ts';

export interface Estimate {
  readonly addresses: number;
  readonly packetsSilent: number;
  readonly packetsAnswered: number;
  /** With one address in five answering, most of them no devices. */
  readonly packetsUsual: number;
  readonly secondsUsual: number;
}

const USUAL_SHARE_ALIVE = 0.2;
/** Packets an ordinary living host costs: most questions are refused by their first packet. Counted on emulated networks. */
const USUAL_PACKETS_ALIVE = 35;
/** Where no neighbour table helps: the touch and one bare connection; then others where nothing at all came back. */
const FIRST_KNOCK_PACKETS = 2;

export interface EstimateInput {
  readonly ranges: readonly TargetRange[];
  /** Attached segments whose addresses the neighbour table tells apart; empty where it cannot. */
  readonly attached: readonly Segment[];
  /** Segments asked by multicast. */
  readonly segments: number;
  readonly probes: readonly Probe[];
  readonly settings: ProbeSettings;
  readonly rate: number;
  readonly concurrency: number;
  readonly darkWaitMs: number;
  readonly otherKnocks: number;
}

export function estimate({
  ranges,
  attached,
  segments,
  probes,
  settings,
  rate,
  concurrency,
  darkWaitMs,
  otherKnocks,
}: EstimateInput): Estimate {
  const merged = mergeRanges(ranges);
  const addresses = sizeOf(merged);
  const near = sizeOf(intersect(merged, attached));
  const far = addresses - near;
  const packets = (probe: Probe, kind: 'packetsSilent' | 'packetsAnswered'): number =>
    probe.traffic(settings).reduce((sum, note) => sum + note[kind], 0);
  const asking = probes.filter((probe): probe is AddressProbe => probe.scope === 'address');
  const perDark = FIRST_KNOCK_PACKETS + otherKnocks;
  const perAlive = asking.reduce((sum, probe) => sum + packets(probe, 'packetsAnswered'), 0);
  const group =
    segments * probes.filter(({ scope }) => scope === 'segment').reduce((sum, probe) => sum + packets(probe, 'packetsAnswered'), 0);

  const silent = group + near + far * perDark;
  const answered = silent + addresses * perAlive;
  const usual = silent + addresses * USUAL_SHARE_ALIVE * Math.min(perAlive, USUAL_PACKETS_ALIVE);
  const alive = addresses * USUAL_SHARE_ALIVE;
  const waitSeconds =
    (near > 0 ? darkWaitMs / 1000 : 0) +
    (Math.ceil(far / (2 * concurrency)) * settings.timeoutMs) / 1000 +
    (Math.ceil(alive / concurrency) * settings.timeoutMs * 1.5) / 1000;
  return {
    addresses,
    packetsSilent: Math.round(silent),
    packetsAnswered: Math.round(answered),
    packetsUsual: Math.round(usual),
    secondsUsual: Math.max(usual / rate, waitSeconds, segments > 0 ? settings.settleMs / 1000 : 0),
  };
}

function sizeOf(ranges: readonly TargetRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + Number(last - first + 1n), 0);
}

function intersect(ranges: readonly TargetRange[], segments: readonly Segment[]): TargetRange[] {
  const blocks = mergeRanges(segments.flatMap(({ address, prefixLength }) => parseTarget(`${address}/${prefixLength}`) ?? []));
  return ranges.flatMap((range) =>
    blocks.flatMap((block) => {
      if (block.family !== range.family) return [];
      const first = block.first > range.first ? block.first : range.first;
      const last = block.last < range.last ? block.last : range.last;
      return first <= last ? [{ ...range, first, last }] : [];
    }),
  );
}
