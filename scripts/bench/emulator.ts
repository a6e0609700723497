/**
 * Every host of a benchmark network in one process, inside the namespace that has their addresses:
 *
 *     node emulator.js POPULATION.json
 *
 * Writes `ready` when all sockets are open, and one JSON line about bad manners seen when it is told to end (TERM).
 */
import { readFileSync } from 'node:fs';
import type { LabHost, Service, SnmpValue } from '../../test/lab/host.ts';
import { findHost } from '../../test/lab/lab.ts';
import { serve } from '../../test/lab/servers/index.ts';
import { openStage, type Everybody } from './emulator-stage.ts';
import { openFlood } from './flood.ts';
import { isUdp, type Placed } from './population.ts';
import { z } from 'zod';

const populationSchema = z.object({
  interfaceAddress: z.string().optional(),
  broadcast: z.string().optional(),
  /** Answers with thousands of datagrams to each of ours. */
  flooder: z.string().optional(),
  hosts: z.array(
    z.object({
      address: z.string(),
      role: z.enum(['device', 'office', 'closed', 'quiet', 'rude']),
      lab: z.string().optional(),
      mac: z.string().optional(),
      serial: z.string().optional(),
      mute: z.enum(['udp', 'http']).optional(),
    }),
  ),
});

/** Starts the services of one host. What its data say of another MAC and serial number is said of its own. */
async function start(placed: Placed, everybody: Everybody): Promise<void> {
  const model = placed.lab === undefined ? undefined : findHost(placed.lab);
  if (!model) return;
  const mac = placed.mac ?? model.mac;
  const host: LabHost = { ...model, mac };
  const swaps = swapsOf(model, mac, placed.serial);
  const swap = (text: string): string => swaps.reduce((out, [from, to]) => out.replaceAll(from, to), text);
  const stage = openStage(host, placed.address, swap, everybody);
  await Promise.all(host.services.filter((service) => speaks(service, placed)).map((service) => serve(swapped(service, swap), stage)));
}

function speaks(service: Service, { mute }: Placed): boolean {
  if (mute === 'udp') return !isUdp(service);
  return mute !== 'http' || service.kind !== 'http';
}

function swapsOf(model: LabHost, mac: string, serial: string | undefined): (readonly [string, string])[] {
  const spellings = [
    (text: string) => text,
    (text: string) => text.replaceAll(':', '-'),
    (text: string) => text.replaceAll(':', ''),
  ].flatMap((spell) =>
    [spell(model.mac), spell(model.mac).toUpperCase()].map(
      (from, upper) => [from, upper === 1 ? spell(mac).toUpperCase() : spell(mac)] as const,
    ),
  );
  const old = model.truth.serial;
  return old === undefined || serial === undefined ? spellings : [...spellings, [old, serial]];
}

/** The parts of a service that are not rendered as text when it answers. */
function swapped(service: Service, swap: (text: string) => string): Service {
  const bytes = (content: string | Uint8Array): string | Uint8Array =>
    typeof content === 'string' ? content : Buffer.from(swap(Buffer.from(content).toString('latin1')), 'latin1');
  if (service.kind === 'datagram') return { ...service, answer: bytes(service.answer) };
  if (service.kind === 'greeting') return service.reply === undefined ? service : { ...service, reply: bytes(service.reply) };
  if (service.kind !== 'snmp') return service;
  const value = (object: SnmpValue): SnmpValue => (typeof object === 'object' && 'hex' in object ? { hex: swap(object.hex) } : object);
  return { ...service, objects: Object.fromEntries(Object.entries(service.objects).map(([oid, object]) => [oid, value(object)])) };
}

const population = populationSchema.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
const everybody: Everybody = {
  interfaceAddress: population.interfaceAddress,
  broadcast: population.broadcast,
  groups: new Map(),
  contexts: new Map(),
  violations: [],
};
for (const placed of population.hosts) await start(placed, everybody);
if (population.flooder !== undefined) await openFlood(population.flooder);
process.stdout.write('ready\n');

process.on('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify({ violations: everybody.violations.slice(0, 20), count: everybody.violations.length })}\n`);
  process.exit(0);
});
