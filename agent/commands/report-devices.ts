/** Devices as reports take them: of the inventory as it knows them now, or of one scan judged again. Bytes come from the recordings. */
import type { Recording } from '../../probes/recording.ts';
import { addressKey, subnetKey, subnetLabel } from '../inventory/address-key.ts';
import { phaseOutOf } from '../inventory/phase-out.ts';
import { subjectOf } from '../inventory/subject.ts';
import type { DeviceDetail, DeviceRow, Store } from '../inventory/store/store.ts';
import type { EventRow } from '../inventory/types.ts';
import { identify } from '../identify/identify.ts';
import { withExceptions } from '../policy/exceptions.ts';
import { matchesRule } from '../policy/finding.ts';
import { judgePolicies } from '../policy/judge.ts';
import { VERDICTS, type Verdict } from '../policy/types.ts';
import { excerpt } from '../report/bytes.ts';
import { describeDevice, type DeviceReport } from '../report/device.ts';
import { groupOf, sortDevices, type ReportDevice } from '../report/document.ts';
import { observationsOf } from '../sweep/hosts.ts';
import { loadEngine } from './engine.ts';
import { withMarks, type Exceptions } from './exceptions.ts';
import { isOffSubnet } from './off-subnet.ts';

export interface Judging {
  readonly policies: readonly string[];
  /** Those of them that decide what a device counts as. */
  readonly chosen: readonly string[];
  readonly exceptions: Exceptions;
  readonly targets: readonly string[];
  /** Also what is known to be no surveillance: a rule may cover other equipment. */
  readonly everything: boolean;
}

/** Characters of bytes that all devices of a report may have together. */
const BYTES_BUDGET = 6_000_000;
const MAX_EXCERPTS = 12;

interface Gathered {
  readonly device: ReportDevice;
  readonly recordings: () => readonly Recording[];
}

/** What the inventory knows now. */
export function devicesOfInventory(store: Store, site: string, judging: Judging): ReportDevice[] {
  const events = new Map<string, EventRow[]>();
  for (const event of store.events({ site, kinds: ['verdict-changed'] }))
    events.set(event.device, [...(events.get(event.device) ?? []), event]);
  const toJudge = new Set(store.devices({ site, concerning: !judging.everything }).map(({ key }) => key));
  return withBytes(
    store
      .devices({ site })
      .map((row) => ofInventory(store, row, { judging, isJudged: toJudge.has(row.key), events: events.get(row.key) ?? [] })),
  );
}

interface Context {
  readonly judging: Judging;
  readonly isJudged: boolean;
  readonly events: readonly EventRow[];
}

function ofInventory(store: Store, row: DeviceRow, { judging, isJudged, events }: Context): Gathered {
  const { policies, exceptions } = judging;
  const detail = isJudged ? store.device(row.key) : undefined;
  const sighting = isJudged ? store.sightings(row.key)[0] : undefined;
  const recordings = sighting ? store.recordings(sighting.scanId, sighting.address) : [];
  const address = row.addresses[0] ?? sighting?.address ?? row.key;
  // Pruned recordings cannot be judged again: what was concluded from them still stands.
  const fresh = recordings.length > 0 ? judged(address, recordings, judging).report : undefined;
  const report = fresh ?? remembered(address, detail ?? row);
  const verdicts = report.verdicts.filter(({ policy }) => policies.includes(policy));
  const marked = withExceptions(verdicts, subjectOf(detail ?? row), exceptions.list, exceptions.today);
  const known = { maker: row.maker ?? report.maker, brand: row.brand ?? report.brand, mac: row.mac ?? report.mac };
  const device: ReportDevice = {
    ...report,
    ...known,
    model: report.model ?? row.model,
    firmware: report.firmware ?? row.firmware,
    serial: report.serial ?? row.serial,
    verdicts: marked,
    evidence: report.evidence.map((item) => ({ ...item, bytes: [] })),
    group: groupOf({ verdicts: only(marked, judging.chosen), surveillance: report.surveillance }, row.status),
    key: row.key,
    site: row.site,
    subnet: subnetOf(address),
    addresses: row.addresses,
    presence: row.status,
    firstSeen: row.firstSeen,
    lastSeen: row.lastSeen,
    discoveredAt: discovered(marked, row.firstSeen, events),
    phaseOut: detail ? phaseOutOf(detail.annotations) : null,
  };
  return { device, recordings: () => recordings };
}

export function only(verdicts: readonly Verdict[], policies: readonly string[]): Verdict[] {
  return verdicts.filter(({ policy }) => policies.includes(policy));
}

/** The first moment it was known to match; a verdict that was a match from the beginning has no change. */
function discovered(verdicts: readonly Verdict[], firstSeen: string, events: readonly EventRow[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    verdicts
      .filter((verdict) => matchesRule(verdict))
      .map(({ policy }) => {
        const isMatch = (word: string | null): boolean => VERDICTS.slice(0, 2).some((match) => match === word);
        const first = events.filter(({ topic }) => topic === policy)[0];
        // A policy that is chosen for the first time has no verdict before; what the device is was known all the same.
        const isNews = first && first.before !== null && !isMatch(first.before) && isMatch(first.after);
        const since = isNews ? first.at : firstSeen;
        return [policy, since] as const;
      }),
  );
}

function judged(address: string, recordings: readonly Recording[], { policies, targets }: Judging) {
  const { data, signatures } = loadEngine();
  const observations = recordings.flatMap(observationsOf);
  const identity = identify(observations, signatures);
  const verdicts = judgePolicies(identity, data, policies);
  const offSubnet = isOffSubnet(address, { head: { startedAt: '', version: '', signatures: '', targets: [...targets] } });
  return { identity, observations, report: describeDevice({ address, identity, observations, verdicts, offSubnet }) };
}

function remembered(address: string, device: DeviceRow | DeviceDetail): DeviceReport {
  const { maker, brand, owner, model, firmware, serial, mac, deviceType, surveillance, certainty, summary } = device;
  const state = 'state' in device ? device.state : undefined;
  return {
    ...{ address, maker, brand, owner, model, firmware, serial, mac, deviceType, surveillance, certainty, summary },
    brandCertainty: state?.brand?.certainty ?? null,
    because: state?.because ?? '',
    evidence: (state?.evidence ?? []).map((item) => ({ ...item, recording: '' })),
    contradictions: state?.contradictions ?? [],
    notes: [],
    // Without a state it is no surveillance and matches nothing.
    verdicts: state?.verdicts ?? [],
    coverage: {},
    ports: state?.ports ?? [],
    firmwareBuilt: null,
    produced: null,
    activated: null,
    channels: null,
  };
}

/** One scan, judged by the data of now. */
export function devicesOfScan(recordings: readonly Recording[], site: string | null, judging: Judging): ReportDevice[] {
  const byAddress = new Map<string, Recording[]>();
  for (const recording of recordings) {
    const list = byAddress.get(recording.from.address);
    if (list) list.push(recording);
    else byAddress.set(recording.from.address, [recording]);
  }
  return withBytes(
    [...byAddress].map(([address, own]) => {
      const made = judged(address, own, judging);
      const report = withMarks(made.report, made, site ?? '', judging.exceptions);
      const times = own.flatMap(({ at }) => at ?? []).sort();
      const firstSeen = times[0] ?? null;
      const device: ReportDevice = {
        ...report,
        evidence: report.evidence.map((item) => ({ ...item, bytes: [] })),
        group: groupOf({ verdicts: only(report.verdicts, judging.chosen), surveillance: report.surveillance }, 'present'),
        key: null,
        site,
        subnet: subnetOf(address),
        addresses: [address],
        presence: 'present',
        firstSeen,
        lastSeen: times.at(-1) ?? null,
        discoveredAt: discovered(report.verdicts, firstSeen ?? '', []),
        phaseOut: null,
      };
      return { device, recordings: () => own };
    }),
  );
}

function subnetOf(address: string): string | null {
  const key = addressKey(address);
  return key === undefined ? null : subnetLabel(subnetKey(key));
}

/** The gravest devices first, until the budget is spent; what matches no rule needs no bytes. */
function withBytes(gathered: readonly Gathered[]): ReportDevice[] {
  const recordings = new Map(gathered.map((item) => [item.device, item.recordings] as const));
  const sorted = sortDevices(gathered.map(({ device }) => device));
  const shown = sorted.filter(({ group }) => group === 'flagged' || group === 'review' || group === 'excepted').length;
  const allowance = BYTES_BUDGET / Math.max(1, shown);
  return sorted.map((device) => {
    if (device.group !== 'flagged' && device.group !== 'review' && device.group !== 'excepted')
      return { ...device, evidence: device.evidence.slice(0, MAX_EXCERPTS) };
    const own = new Map((recordings.get(device)?.() ?? []).map((recording) => [recording.id, recording] as const));
    let left = allowance;
    return {
      ...device,
      evidence: device.evidence.map((item, index) => {
        const recording = own.get(item.recording);
        if (!recording || index >= MAX_EXCERPTS || left <= 0) return item;
        const bytes = excerpt(recording.response, item.value);
        left -= bytes.join('\n').length;
        return { ...item, bytes };
      }),
    };
  });
}
