/**
 * What a scan will send and how long it will take, before the first packet. Pure. Nobody knows beforehand who answers: an earlier
 * scan of the same addresses says it best, and what its hosts cost; without one a usual network is assumed. Two bounds stand
 * beside it: nobody answers, and everybody answers everything. Counted as the transport counts: without the kernel's ARP questions
 * and acknowledgements.
 */
import type { AddressProbe, Probe, ProbeSettings, Segment, TrafficNote } from '../../probes/probe.ts';
import { countInside, intersect, rangesOfSegments, sizeOf, without } from './bounds.ts';
import type { Exclusions } from './exclusions.ts';
import type { Spent } from './spent.ts';
import { tableWaitMs } from './table-time.ts';
import { mergeRanges, type TargetRange } from './targets.ts';
import { COST_OF_SERVICES, usualShareAlive } from './usual-network.ts';

export interface Estimate {
  readonly addresses: number;
  readonly packetsSilent: number;
  readonly packetsAnswered: number;
  readonly packetsExpected: number;
  /** Payload, without the headers of UDP, TCP and IP. */
  readonly bytesExpected: number;
  readonly secondsExpected: number;
  readonly basis: EstimateBasis;
}

/** What an estimate rests on. */
export interface EstimateBasis {
  /** Addresses to be asked that an earlier scan knows, and how many of them lived then. */
  readonly known: number;
  readonly knownAlive: number;
  /** The others, and how many of them are assumed to live. */
  readonly assumed: number;
  readonly assumedAlive: number;
  /** What a living host costs was measured by an earlier scan; otherwise it is what its questions cost where nothing answers, and somewhat more. */
  readonly isCostMeasured: boolean;
}

/** What an earlier scan found and spent. */
export interface EarlierScan {
  /** What it asked, without overlaps, and who of that lived. */
  readonly ranges: readonly TargetRange[];
  readonly alive: readonly string[];
  /** Absent where it asked other questions. */
  readonly cost?: EarlierCost | undefined;
}

export interface EarlierCost {
  readonly spent: Spent;
  readonly segments: number;
  readonly hosts: number;
  /** Absent where it kept another pace. */
  readonly elapsedMs?: number | undefined;
}

/** What a living host costs this program in time of its own, however fast it may send. */
const OWN_MS_A_HOST = 5;
/** Where no neighbour table helps: the touch and one bare connection; then others where nothing at all came back. */
const FIRST_KNOCK_PACKETS = 2;

export interface EstimateInput {
  readonly ranges: readonly TargetRange[];
  readonly exclusions?: Exclusions | undefined;
  /** Attached segments whose addresses the neighbour table tells apart; empty where it cannot. */
  readonly attached: readonly Segment[];
  /** Segments asked by multicast. */
  readonly segments: number;
  readonly probes: readonly Probe[];
  readonly settings: ProbeSettings;
  /** Payload of the one datagram every address gets. */
  readonly touchBytes: number;
  readonly rate: number;
  readonly concurrency: number;
  readonly darkWaitMs: number;
  /** Entries the neighbour table holds; undefined where it tells nothing. */
  readonly tableLimit: number | undefined;
  readonly otherKnocks: number;
  readonly earlier?: EarlierScan | undefined;
}

export function estimate(input: EstimateInput): Estimate {
  const { ranges, exclusions, attached, settings, rate, otherKnocks, touchBytes, earlier } = input;
  const blocks = mergeRanges(ranges);
  const asked = without(blocks, exclusions?.ranges ?? []);
  const near = intersect(asked, rangesOfSegments(attached));
  const far = without(asked, near);
  const [nearAlive, farAlive] = [livingOf(near, blocks, earlier), livingOf(far, blocks, earlier)];
  const alive = nearAlive.alive + farAlive.alive;
  const addresses = sizeOf(asked);

  const host = hostCost(input);
  const group = groupCost(input);
  const perDark = FIRST_KNOCK_PACKETS + otherKnocks;
  const search = sizeOf(near) + (sizeOf(far) - farAlive.alive) * perDark + farAlive.alive * FIRST_KNOCK_PACKETS;
  const silent = group.packets + sizeOf(near) + sizeOf(far) * perDark;
  const packets = group.packets + search + alive * host.packets;
  return {
    addresses: sizeOf(blocks),
    packetsSilent: Math.round(silent),
    packetsAnswered: Math.round(silent + addresses * host.most),
    packetsExpected: Math.round(packets),
    bytesExpected: Math.round(group.bytes + addresses * touchBytes + alive * host.bytes),
    secondsExpected: Math.max(
      packets / rate,
      waitSeconds(input, { near: sizeOf(near), nearAlive: nearAlive.alive, far: sizeOf(far), alive }),
      group.seconds,
    ),
    basis: {
      known: nearAlive.known + farAlive.known,
      knownAlive: nearAlive.knownAlive + farAlive.knownAlive,
      assumed: addresses - nearAlive.known - farAlive.known,
      assumedAlive: Math.round(alive - nearAlive.knownAlive - farAlive.knownAlive),
      isCostMeasured: host.isMeasured,
    },
  };

  /** The hosts that live are asked while the others are waited for. */
  function waitSeconds(
    { concurrency, darkWaitMs, tableLimit }: EstimateInput,
    count: { near: number; nearAlive: number; far: number; alive: number },
  ): number {
    const before = earlier?.cost?.elapsedMs;
    // Asked at the same pace, the same addresses take the same time.
    if (before !== undefined && nearAlive.known + farAlive.known === addresses && isAllOf(earlier, asked)) return before / 1000;
    const table = tableLimit === undefined ? 0 : tableWaitMs(count.near, count.nearAlive, tableLimit);
    const waits = [
      count.near > 0 ? table + darkWaitMs : 0,
      Math.ceil(count.far / (2 * concurrency)) * settings.timeoutMs,
      Math.ceil(count.alive / concurrency) * settings.timeoutMs,
      count.alive * OWN_MS_A_HOST,
    ];
    return Math.max(...waits) / 1000;
  }
}

interface Living {
  readonly alive: number;
  readonly known: number;
  readonly knownAlive: number;
}

/** How many of the addresses live: as an earlier scan knows, and as usual in their block of those it did not ask. */
function livingOf(ranges: readonly TargetRange[], blocks: readonly TargetRange[], earlier: EarlierScan | undefined): Living {
  const shared = intersect(ranges, earlier?.ranges ?? []);
  const known = sizeOf(shared);
  const knownAlive = countInside(earlier?.alive ?? [], shared);
  const unknown = without(ranges, shared);
  const assumed = blocks.reduce((sum, block) => sum + sizeOf(intersect([block], unknown)) * usualShareAlive(sizeOf([block])), 0);
  return { known, knownAlive, alive: knownAlive + assumed };
}

function isAllOf(earlier: EarlierScan | undefined, asked: readonly TargetRange[]): boolean {
  return earlier !== undefined && without(earlier.ranges, asked).length === 0;
}

interface HostCost {
  readonly packets: number;
  readonly bytes: number;
  /** Packets when it answers everything. */
  readonly most: number;
  readonly isMeasured: boolean;
}

/**
 * A living host on average. As measured; otherwise as its questions cost where nothing answers them, and somewhat more for the few
 * with services.
 */
function hostCost({ probes, settings, earlier }: EstimateInput): HostCost {
  const asking = probes.filter((probe): probe is AddressProbe => probe.scope === 'address');
  const most = sum(asking, settings, ({ packetsAnswered }) => packetsAnswered);
  const cost = earlier?.cost;
  if (cost && cost.hosts > 0) {
    const { packets, bytes } = cost.spent.living;
    return { packets: packets / cost.hosts, bytes: bytes / cost.hosts, most, isMeasured: true };
  }
  const prompt = asking.filter(({ waitsForSign, needsLogin }) => waitsForSign !== true && needsLogin !== true);
  return {
    packets: Math.min(most, COST_OF_SERVICES * sum(prompt, settings, ({ packetsSilent }) => packetsSilent)),
    // What a connection would carry is not sent where it does not stand: only datagrams count.
    bytes: sum(prompt, settings, ({ to, packetsSilent, bytes }) => (packetsSilent > 0 && to.startsWith('UDP') ? bytes : 0)),
    most,
    isMeasured: false,
  };
}

/** Questions to whole segments, and the longest they are listened for. */
function groupCost({ segments, probes, settings, earlier }: EstimateInput): { packets: number; bytes: number; seconds: number } {
  if (segments === 0) return { packets: 0, bytes: 0, seconds: 0 };
  const seconds = settings.settleMs / 1000;
  const cost = earlier?.cost;
  if (cost && cost.segments > 0) {
    const share = segments / cost.segments;
    return { packets: cost.spent.group.packets * share, bytes: cost.spent.group.bytes * share, seconds };
  }
  const asking = probes.filter(({ scope }) => scope === 'segment');
  return {
    packets: segments * sum(asking, settings, ({ packetsAnswered }) => packetsAnswered),
    bytes: segments * sum(asking, settings, ({ bytes }) => bytes),
    seconds,
  };
}

function sum(probes: readonly Probe[], settings: ProbeSettings, valueOf: (note: TrafficNote) => number): number {
  return probes.reduce((all, probe) => all + probe.traffic(settings).reduce((one, note) => one + valueOf(note), 0), 0);
}
