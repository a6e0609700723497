/**
 * A device of the inventory as the canonical record. Pure: the key a target knows it by, today, and the exceptions in force are handed in.
 */
import { createHash } from 'node:crypto';
import { coverOf, type PolicyException } from '../policy/exceptions.ts';
import { matchesRule } from '../policy/finding.ts';
import type { DeviceDetail } from '../inventory/store/store.ts';
import { phaseOutOf } from '../inventory/phase-out.ts';
import { subjectOf } from '../inventory/subject.ts';
import { EXPORT_SCHEMA_VERSION, type ExportDevice } from './types.ts';

export interface KeyAssignment {
  readonly key: string;
  readonly formerKeys: readonly string[];
}

export interface Judging {
  readonly exceptions: readonly PolicyException[];
  /** A day: 2026-01-15. */
  readonly today: string;
}

export function exportDevice(detail: DeviceDetail, { key, formerKeys }: KeyAssignment, { exceptions, today }: Judging): ExportDevice {
  const { brand, maker, owner, model, firmware, serial, mac, deviceType, surveillance, certainty, summary, state } = detail;
  // An address is where a device is, not what it is; a shared identifier is anybody's.
  const identifiers = detail.identifiers.filter(({ kind, shared }) => kind !== 'address' && !shared);
  const phaseOut = phaseOutOf(detail.annotations);
  const subject = subjectOf(detail);
  const policies = detail.verdicts.map(({ policy }) => policy);
  const covered = new Set(coverOf(subject, policies, exceptions, today).flatMap((cover) => (cover.covered ? [cover.policy] : [])));
  return {
    schemaVersion: EXPORT_SCHEMA_VERSION,
    ...{ key, formerKeys },
    identifiers: identifiers.map(({ kind, value }) => ({ kind, value })),
    ...{ brand, maker, owner, model, firmware, serial, mac, deviceType, surveillance, certainty },
    addresses: detail.addresses,
    site: detail.site,
    status: detail.status,
    phaseOut: phaseOut.since === null ? null : phaseOut.status,
    ...{ custodian: phaseOut.custodian, location: phaseOut.location, note: phaseOut.note },
    ...{ firstSeen: detail.firstSeen, lastSeen: detail.lastSeen },
    flagged: detail.verdicts.some((verdict) => matchesRule(verdict) && !covered.has(verdict.policy)),
    verdicts: detail.verdicts.map(({ policy, verdict, certainty: sure, since }) => {
      const said = state.verdicts.find((item) => item.policy === policy);
      return { policy, title: said?.title ?? policy, verdict, certainty: sure, since, because: said?.because ?? '' };
    }),
    ...{ summary, because: state.because, contradictions: state.contradictions, evidence: state.evidence },
  };
}

/** What a target is told of a record whose device turned out to be another one: nothing is deleted there. */
export function retiredDevice(into: ExportDevice, key: string): ExportDevice {
  return {
    ...into,
    ...{ key, formerKeys: [], mergedInto: into.key, identifiers: [], addresses: [], mac: null, serial: null, status: 'gone' },
    ...{ flagged: false, verdicts: [], evidence: [], contradictions: [] },
    summary: `no device of its own: part of ${into.key}`,
    because: 'one device went by two keys',
  };
}

/** Of everything but the hour it was last seen: a device that only answered again is no news, but once a day. */
export function payloadHash(device: ExportDevice): string {
  const payload = { ...device, lastSeen: device.lastSeen.slice(0, 10) };
  return createHash('sha256').update(JSON.stringify(payload)).digest('hex');
}
