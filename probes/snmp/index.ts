/**
 * SNMP: who are you, in v2c, v1 and v3 (RFC 1157, RFC 3416, RFC 3414). Reads only; never SET, GETBULK or a walk; no
 * community or user but those of the configuration. It names no maker: it asks objects, signatures judge the answers.
 *
 * A silent address costs one GET a community and one v3 discovery. Order and reasons: readme.md.
 */
import type { AddressProbe, Outcome, ProbeSettings, TrafficNote } from '../probe.ts';
import { PACKETS } from './ask.ts';
import { Interview, MAX_COMMUNITIES, MAX_FURTHER, MAX_USERS } from './interview.ts';

/** Outcomes from most to least telling: with several ports the best one counts. */
const TELLING: readonly Outcome[] = ['answered', 'not-understood', 'refused', 'unreachable', 'aborted', 'excluded', 'silent'];

export const snmpProbe: AddressProbe = {
  id: 'snmp',
  title: 'SNMP agents (v1, v2c, v3 discovery)',
  scope: 'address',
  wave: 1,
  fields: ['snmp.*'],
  traffic,
  async run(address, context) {
    const outcomes: Outcome[] = [];
    for (const port of context.settings.ports.snmp) {
      outcomes.push(await new Interview({ address, port }, context).run());
    }
    return TELLING.find((outcome) => outcomes.includes(outcome)) ?? 'silent';
  },
};

function traffic({ ports, snmpCommunities, snmpUsers }: ProbeSettings): TrafficNote[] {
  const communities = Math.min(snmpCommunities.length, MAX_COMMUNITIES);
  const users = Math.min(snmpUsers.length, MAX_USERS);
  return ports.snmp.flatMap((port): TrafficNote[] => {
    const to = `UDP ${port}`;
    const first = communities + PACKETS.discover;
    const notes: TrafficNote[] = [
      {
        what: 'SNMPv2c GET of sysDescr, sysObjectID and sysName for each configured community, and one SNMPv3 engine discovery without user',
        to,
        packetsSilent: first,
        packetsAnswered: first,
        bytes: communities * 90 + 64,
      },
      {
        what: 'SNMPv1 GET of the same, for each community, to hosts that are alive and silent to SNMPv2c',
        to,
        packetsSilent: 0,
        packetsAnswered: communities,
        bytes: communities * 90,
      },
      {
        what: 'SNMP GET of vendor objects and interface MACs, to agents that answered',
        to,
        packetsSilent: 0,
        packetsAnswered: MAX_FURTHER,
        bytes: 600,
      },
    ];
    if (users === 0) return notes;
    const packets = (users + 1) * PACKETS['get-v3'];
    const what = 'SNMPv3 GET of the same with the configured users, to agents that answered the discovery and no community';
    return [...notes, { what, to, packetsSilent: 0, packetsAnswered: packets, bytes: packets * 160 }];
  });
}
