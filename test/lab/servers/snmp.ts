/**
 * Plays an SNMP agent: v1 and v2c GET, GETNEXT and GETBULK (RFC 3416), and the Report that answers a v3 engine discovery
 * (RFC 3414 section 4). A wrong community is silence. SET is noted and not answered.
 */
import type { SnmpService, SnmpValue } from '../host.ts';
import type { Stage } from '../stage.ts';
import { integer, item, objectId, readInteger, readItems, readObjectId, sequence, type BerItem } from './ber.ts';

const GET = 0xa0;
const GET_NEXT = 0xa1;
const RESPONSE = 0xa2;
const SET = 0xa3;
const GET_BULK = 0xa5;
const NO_SUCH_OBJECT = item(0x80, Buffer.alloc(0));
const END_OF_VIEW = item(0x82, Buffer.alloc(0));
const NULL = item(0x05, Buffer.alloc(0));

export async function serveSnmp(service: SnmpService, stage: Stage): Promise<void> {
  const sorted = Object.keys(service.objects).sort(compareOids);
  await stage.listenUdp(161, ({ bytes, reply }) => {
    const outer = readItems(bytes)?.[0];
    const [version, second, pdu] = readItems(outer?.value ?? Buffer.alloc(0)) ?? [];
    if (!version || !second) return;
    if (readInteger(version.value) === 3) {
      const report = discoveryReport(service, second);
      if (report) reply(report);
      return;
    }
    if (!pdu || !service.communities.includes(second.value.toString('utf8'))) return;
    if (pdu.tag === SET) stage.violation('state-change', 161, 'SNMP SET');
    const answer = answerPdu(pdu, readInteger(version.value), service, sorted, stage);
    if (answer) reply(sequence(0x30, [integer(readInteger(version.value)), item(0x04, second.value), answer]));
  });
}

function answerPdu(pdu: BerItem, version: number, service: SnmpService, sorted: readonly string[], stage: Stage): Buffer | undefined {
  const [id, first, second, list] = readItems(pdu.value) ?? [];
  if (!id || !first || !second || !list || ![GET, GET_NEXT, GET_BULK].includes(pdu.tag)) return undefined;
  const bindings = (readItems(list.value) ?? []).slice(0, 128);
  const oids = bindings.map(({ value }) => readObjectId(readItems(value)?.[0]?.value ?? Buffer.alloc(0)));
  const rounds = pdu.tag === GET_BULK ? Math.min(readInteger(second.value), 20) : 1;
  const found = pdu.tag === GET ? oids.map((oid) => ({ oid, at: oid })) : oids.flatMap((oid) => nextOf(sorted, oid, rounds));
  const missing = found.findIndex(({ at }) => at === undefined || !Object.hasOwn(service.objects, at));
  if (version === 0 && missing >= 0) {
    const echoed = oids.map((oid) => sequence(0x30, [objectId(oid), NULL]));
    return sequence(RESPONSE, [item(0x02, id.value), integer(2), integer(missing + 1), sequence(0x30, echoed)]);
  }
  const varbinds = found.map(({ oid, at }) => {
    const value = at === undefined ? undefined : service.objects[at];
    const absent = pdu.tag === GET ? NO_SUCH_OBJECT : END_OF_VIEW;
    return sequence(0x30, [objectId(value === undefined ? oid : (at ?? oid)), value === undefined ? absent : encode(value, stage)]);
  });
  return sequence(RESPONSE, [item(0x02, id.value), integer(0), integer(0), sequence(0x30, varbinds)]);
}

function nextOf(sorted: readonly string[], oid: string, rounds: number): { oid: string; at: string | undefined }[] {
  const start = sorted.findIndex((candidate) => compareOids(candidate, oid) > 0);
  if (start < 0) return [{ oid, at: undefined }];
  return sorted.slice(start, start + rounds).map((at) => ({ oid, at }));
}

function encode(value: SnmpValue, stage: Stage): Buffer {
  if (typeof value === 'string') return item(0x04, Buffer.from(stage.render(value), 'utf8'));
  if (typeof value === 'number') return integer(value);
  if ('oid' in value) return objectId(value.oid);
  if ('ticks' in value) return integer(value.ticks, 0x43);
  return item(0x04, Buffer.from(value.hex, 'hex'));
}

/** usmStatsUnknownEngineIDs to whoever does not know the engine, with the engine ID in the security parameters. */
function discoveryReport(service: SnmpService, header: BerItem): Buffer | undefined {
  const messageId = readItems(header.value)?.[0];
  if (service.engineId === undefined || !messageId) return undefined;
  const engine = item(0x04, Buffer.from(service.engineId, 'hex'));
  const empty = item(0x04, Buffer.alloc(0));
  const security = sequence(0x30, [engine, integer(7), integer(86_400), empty, empty, empty]);
  const counter = sequence(0x30, [objectId('1.3.6.1.6.3.15.1.1.4.0'), integer(1, 0x41)]);
  const report = sequence(0xa8, [integer(0), integer(0), integer(0), sequence(0x30, [counter])]);
  return sequence(0x30, [
    integer(3),
    sequence(0x30, [item(0x02, messageId.value), integer(65_507), item(0x04, Buffer.from([0])), integer(3)]),
    item(0x04, security),
    sequence(0x30, [engine, empty, report]),
  ]);
}

function compareOids(left: string, right: string): number {
  const a = left.split('.').map(Number);
  const b = right.split('.').map(Number);
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? -1) - (b[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
