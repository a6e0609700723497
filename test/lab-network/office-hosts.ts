/** Who stands in the office of `office.test.ts`: emulated devices on their own MACs, and the real daemons that are installed. */
import { LAB_HOSTS } from '../lab/hosts/index.ts';
import { DAEMONS, lacking, type Daemon } from './daemons.ts';
import { dataOf, linkOf, type Emulated } from './emulated.ts';
import type { NetworkSpec } from './namespace.ts';

export const OFFICE = '10.71.0';
export const SCANNER = `${OFFICE}.2`;
export const SECOND_ADDRESS = `${OFFICE}.4`;
/** Nobody is there. */
export const DARK = [`${OFFICE}.3`, `${OFFICE}.100`, `${OFFICE}.180`, `${OFFICE}.254`] as const;

export const FACTORY = 'hikvision-camera-factory-address';
export const FACTORY_ADDRESS = '192.168.1.64';
/** Plays a camera, quotes the camera's MAC, and sits on a virtual machine. */
export const SIMULATOR = 'hikvision-camera-v56';
export const SIMULATOR_MAC = '52:54:00:5e:ed:01';

const OTHERS: readonly string[] = [
  ...['dahua-camera', 'dahua-recorder', 'amcrest-camera', 'intelbras-camera', 'axis-camera', 'hanwha-camera', 'uniview-camera'],
  ...['bosch-camera', 'vivotek-camera', 'reolink-camera', 'tapo-camera', 'doorbird-intercom', 'aiphone-intercom', 'swann-recorder'],
  ...['router', 'vms-server', 'home-automation', 'honeypot', 'time-server', 'media-server-model', 'goahead-device'],
  ...['hp-printer', 'axis-print-server', 'synology-nas', 'cisco-switch', 'yealink-phone', 'windows-pc', 'linux-server'],
  ...['rude-drip', 'rude-hostile-names'],
];

/** Hikvision and its rebrands all, of the others the ones that are easily taken for them. */
export const EMULATED: readonly Emulated[] = LAB_HOSTS.filter(
  ({ id, truth }) => (truth.hikvisionMade && id !== FACTORY) || OTHERS.includes(id),
).map(({ id, at }) => ({
  id,
  segment: 'office',
  address: `${OFFICE}.${at}`,
  ...(id === SIMULATOR ? { mac: SIMULATOR_MAC } : {}),
}));

/** Fresh from the box: on the wire of the office, in no subnet of it. */
export const FACTORY_HOST: Emulated = { id: FACTORY, segment: 'office', address: FACTORY_ADDRESS };

export const PRESENT: readonly Daemon[] = DAEMONS.filter((daemon) => lacking(daemon).length === 0);
export const ABSENT: readonly Daemon[] = DAEMONS.filter((daemon) => lacking(daemon).length > 0);

export const OFFICE_SPEC: NetworkSpec = {
  scanner: [{ segment: 'office', address: `${SCANNER}/24`, mac: '00:1b:21:3a:00:02' }],
  ...Object.fromEntries([...EMULATED, FACTORY_HOST].map((host) => [host.id, [linkOf(host)]])),
  ...Object.fromEntries(PRESENT.map(({ id, at, mac }) => [id, [{ segment: 'office', address: `${OFFICE}.${at}/24`, mac }]])),
};

const MULTICAST_ONLY: readonly string[] = ['windows-pc'];

/** Probes whose question this emulated host answers when it is asked at its own address. */
export function mustAnswer(id: string): string[] {
  const probes = dataOf(id).services.flatMap((service) => {
    switch (service.kind) {
      case 'sadp':
        return service.unicast ? ['sadp'] : [];
      case 'ws-discovery':
        return MULTICAST_ONLY.includes(id) ? [] : ['ws-discovery'];
      case 'http':
      case 'snmp':
      case 'dhip':
      case 'rtsp':
      case 'mdns':
      case 'ssdp':
        return [service.kind];
      default:
        return [];
    }
  });
  return [...new Set(probes)];
}
