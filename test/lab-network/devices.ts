/**
 * Devices for the multicast tests, run inside a namespace: `devices.ts KIND NAME`. Prints one line when it listens.
 * - `bonjour`: a whole mDNS stack (the library's own responder), service `_axis-video._tcp`.
 * - `sparse`: answers PTR questions with PTR alone and SRV/TXT only when asked for them, as small stacks do.
 * - `hostile`: answers every mDNS query with packets of 150 and 1000 PTR records, and every search with a LOCATION elsewhere.
 * - `upnp`: answers M-SEARCH after a random delay and serves its description.
 */
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { createServer } from 'node:http';
import { Bonjour } from 'bonjour-service';
import { announce, flood, offer } from '../probes/mdns/packets.ts';
import { DESCRIPTION, reply } from '../probes/ssdp/messages.ts';

const [kind = '', name = ''] = process.argv.slice(2);

function listen(port: number, group: string, answer: (bytes: Buffer, from: RemoteInfo, socket: Socket) => void): void {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (bytes, from) => answer(bytes, from, socket));
  socket.bind(port, '0.0.0.0', () => {
    socket.addMembership(group);
    process.stdout.write('ready\n');
  });
}

/** To the group where the question came from the mDNS port, to the asker otherwise (RFC 6762 section 6.7). */
function sendMdns(socket: Socket, bytes: Uint8Array, from: RemoteInfo): void {
  socket.send(bytes, from.port, from.port === 5353 ? '224.0.0.251' : from.address);
}

function sparse(bytes: Buffer, from: RemoteInfo, socket: Socket): void {
  if ((bytes[2] ?? 0) & 0x80) return;
  // A legacy answer has 512 bytes and repeats the questions: Avahi has no room for an answer to many.
  if (from.port !== 5353 && bytes.readUInt16BE(4) > 10) return;
  const text = bytes.toString('latin1');
  if (text.includes(name)) {
    sendMdns(socket, announce({ instance: name, type: '_psia._tcp', host: 'camera.local', port: 8080, txt: ['serial=0001'] }), from);
  } else if (text.includes('_psia')) {
    sendMdns(socket, announce({ instance: name, type: '_psia._tcp' }), from);
    sendMdns(socket, offer('_psia._tcp', '_odd-thing._tcp'), from);
  }
}

function search(location: () => string): (bytes: Buffer, from: RemoteInfo, socket: Socket) => void {
  return (bytes, from, socket) => {
    const target = /^ST: (.+?)\r?$/m.exec(bytes.toString('latin1'))?.[1];
    if (!bytes.toString('latin1', 0, 8).startsWith('M-SEARCH') || target === undefined) return;
    const answer = reply({ location: location(), ...(target === 'ssdp:all' ? {} : { st: target }) });
    setTimeout(() => socket.send(answer, from.port, from.address), Math.random() * 300);
  };
}

if (kind === 'bonjour') {
  const service = new Bonjour().publish({ name, type: 'axis-video', port: 80, txt: { macaddress: 'B8A44F000001' }, probe: false });
  service.on('up', () => process.stdout.write('ready\n'));
} else if (kind === 'sparse') {
  listen(5353, '224.0.0.251', sparse);
} else if (kind === 'hostile') {
  listen(5353, '224.0.0.251', (bytes, from, socket) => {
    if ((bytes[2] ?? 0) & 0x80) return;
    for (const count of [150, 1000, 150]) sendMdns(socket, flood(count), from);
  });
  listen(
    1900,
    '239.255.255.250',
    search(() => 'http://127.0.0.1:80/d.xml'),
  );
} else if (kind === 'upnp') {
  createServer((request, response) => {
    process.stdout.write(`GET ${request.url ?? ''}\n`);
    response.end(DESCRIPTION.replace('Example Corp', name));
  }).listen(80, () =>
    listen(
      1900,
      '239.255.255.250',
      search(() => `http://${name}:80/upnpdevicedesc.xml`),
    ),
  );
} else {
  throw new Error(`no device of kind ${kind}`);
}
