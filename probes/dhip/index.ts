/**
 * Dahua's searches asked: DHIP on 37810, the older protocol on 5050; segments and single addresses.
 * Once per interface and no more: 37810 is a known amplifier.
 */
import { addressProbe, EVERYBODY, listener, segmentProbe } from '../vendor-probe.ts';
import { DHIP_GROUP, encodeSearch } from './codec.ts';
import { encodeLegacySearch, isLegacyQuestion } from './legacy.ts';

const dhip = { title: 'DHIP (Dahua search)', protocol: 'dhip', fields: ['dhip.*'], ports: 'dhip' } as const;
const legacy = { title: 'Dahua search, older protocol', protocol: 'dhip', fields: ['dahua1.*'], ports: 'dahua1' } as const;

export const dhipSegmentProbe = segmentProbe({
  ...dhip,
  id: 'dhip-segment',
  what: 'DHIP search (JSON) to the group and everybody on the segment',
  legs: (_segment, ports) => [
    {
      destinations: ports.flatMap((port) => [
        { address: DHIP_GROUP, port },
        { address: EVERYBODY, port },
      ]),
      payloads: [encodeSearch()],
    },
  ],
});

export const dhipProbe = addressProbe({
  ...dhip,
  id: 'dhip',
  groupTwin: 'dhip-segment',
  what: 'DHIP search (JSON) to one address',
  payloads: () => [encodeSearch()],
  proof: 'dhip.present',
});

export const dahua1SegmentProbe = segmentProbe({
  ...legacy,
  id: 'dahua1-segment',
  what: 'older Dahua search (32 bytes) to everybody on the segment',
  isNoise: isLegacyQuestion,
  legs: (_segment, ports) => [
    ...ports.slice(0, 1).map((port) => listener(port)),
    { destinations: ports.map((port) => ({ address: EVERYBODY, port })), payloads: [encodeLegacySearch()] },
  ],
});

export const dahua1Probe = addressProbe({
  ...legacy,
  id: 'dahua1',
  groupTwin: 'dahua1-segment',
  what: 'older Dahua search (32 bytes) to one address',
  payloads: () => [encodeLegacySearch()],
  proof: 'dahua1.present',
});
