/** Starts the services of a host: one line a kind, nothing registers itself. */
import type { Service } from '../host.ts';
import type { Stage } from '../stage.ts';
import { serveDatagram } from './datagram.ts';
import { serveDhip } from './dhip.ts';
import { serveGreeting, serveTripwire } from './greeting.ts';
import { serveHttp } from './http.ts';
import { serveMdns } from './mdns.ts';
import { serveRtsp } from './rtsp.ts';
import { serveRude } from './rude.ts';
import { serveSadp } from './sadp.ts';
import { serveSnmp } from './snmp.ts';
import { serveSsdp } from './ssdp.ts';
import { serveWsDiscovery } from './ws-discovery.ts';

export async function serve(service: Service, stage: Stage): Promise<void> {
  switch (service.kind) {
    case 'datagram':
      return serveDatagram(service, stage);
    case 'dhip':
      return serveDhip(service, stage);
    case 'greeting':
      return serveGreeting(service, stage);
    case 'http':
      return serveHttp(service, stage);
    case 'mdns':
      return serveMdns(service, stage);
    case 'rtsp':
      return serveRtsp(service, stage);
    case 'rude':
      return serveRude(service, stage);
    case 'sadp':
      return serveSadp(service, stage);
    case 'snmp':
      return serveSnmp(service, stage);
    case 'ssdp':
      return serveSsdp(service, stage);
    case 'tripwire':
      return serveTripwire(service, stage);
    case 'ws-discovery':
      return serveWsDiscovery(service, stage);
  }
}
