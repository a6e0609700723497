/** Agents for the probe to ask, on loopback: net-snmp's own, and a responder that says whatever a test wants. */
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import snmp from 'net-snmp';
import { parseSnmp } from '../../../probes/snmp/codec.ts';
import type { SnmpMessage } from '../../../probes/snmp/codec.ts';

export interface Running {
  readonly port: number;
  stop(): Promise<void>;
}

let nextPort = 20_000 + (process.pid % 20_000);

export interface AgentWords {
  /** Full OID of the instance (ending in .0) to its value. */
  readonly objects: Readonly<Record<string, string | Buffer>>;
  readonly community?: string;
  readonly user?: { readonly name: string; readonly authKey: string; readonly privKey: string };
}

/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- the library's types leave its agent untyped */
/** net-snmp's Agent: v1, v2c and v3. Scalars only, each under a name of its own. */
export async function startAgent(address: string, { objects, community = 'public', user }: AgentWords): Promise<Running> {
  const port = nextPort++;
  const agent = snmp.createAgent({ port, address, engineID: '8000018003004e41000001', disableAuthorization: false }, () => undefined);
  agent.getAuthorizer().addCommunity(community);
  if (user) {
    agent.getAuthorizer().addUser({
      name: user.name,
      level: snmp.SecurityLevel.authPriv,
      authProtocol: snmp.AuthProtocols.sha256,
      authKey: user.authKey,
      privProtocol: snmp.PrivProtocols.aes,
      privKey: user.privKey,
    });
  }
  for (const [oid, value] of Object.entries(objects)) {
    const name = `o${oid.replaceAll('.', '_')}`;
    agent.getMib().registerProvider({
      name,
      type: snmp.MibProviderType.Scalar,
      oid: oid.replace(/\.0$/, ''),
      scalarType: /^1(\.\d+){6,}$/.test(String(value)) ? snmp.ObjectType.OID : snmp.ObjectType.OctetString,
      maxAccess: snmp.MaxAccess['read-only'],
    });
    agent.getMib().setScalarValue(name, value);
  }
  await new Promise((resolve) => setTimeout(resolve, 30));
  return {
    port,
    stop: () => new Promise((resolve) => agent.close(() => resolve())),
  };
}

/* eslint-enable */

export interface Question {
  readonly message: SnmpMessage;
  readonly bytes: Uint8Array;
  readonly sender: RemoteInfo;
  readonly socket: Socket;
}

/** Answers each question with the datagrams `say` returns; keeps what was asked. */
export async function startResponder(
  address: string,
  say: (question: Question, index: number) => readonly Uint8Array[],
): Promise<Running & { readonly asked: SnmpMessage[] }> {
  const socket = createSocket('udp4');
  const asked: SnmpMessage[] = [];
  socket.on('message', (bytes, sender) => {
    const message = parseSnmp(bytes);
    if (!message) return;
    asked.push(message);
    for (const answer of say({ message, bytes, sender, socket }, asked.length - 1)) socket.send(answer, sender.port, sender.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  return { port: socket.address().port, asked, stop: () => new Promise((resolve) => socket.close(() => resolve())) };
}

/** A port of the address where nobody listens. */
export async function closedPort(address: string): Promise<number> {
  const responder = await startResponder(address, () => []);
  await responder.stop();
  return responder.port;
}
