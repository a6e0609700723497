/**
 * Plays an mDNS responder with DNS-SD (RFC 6762, 6763): service types, instances with SRV, TXT and A, and the reverse
 * name of its address. A question from another port than 5353 gets a legacy unicast answer.
 */
import type { MdnsInstance, MdnsService } from '../host.ts';
import type { Stage } from '../stage.ts';
import { DNS, readQuery, writeReply, type DnsQuestion, type DnsRecord } from './dns.ts';

const GROUP = '224.0.0.251';
const TYPES = '_services._dns-sd._udp.local';

export async function serveMdns(service: MdnsService, stage: Stage): Promise<void> {
  await stage.listenUdp(
    5353,
    ({ bytes, from, group, reply }) => {
      const query = readQuery(bytes);
      if (!query) return;
      if (service.rawAnswer) {
        reply(Buffer.concat([bytes.subarray(0, 2), service.rawAnswer]));
        return;
      }
      const answers = query.questions.flatMap((question) => answersTo(question, service, stage));
      if (answers.length === 0) return;
      const legacy = from.port !== 5353;
      const message = writeReply({
        id: legacy ? query.id : 0,
        questions: legacy ? query.questions : [],
        answers,
        additional: additionalTo(answers, service, stage),
        ttl: legacy ? 10 : 120,
      });
      if (group && !legacy && !query.questions.every(({ unicast }) => unicast)) reply(message, 5353, GROUP);
      else reply(message);
    },
    [GROUP],
  );
}

function answersTo({ name, type }: DnsQuestion, service: MdnsService, stage: Stage): DnsRecord[] {
  const asked = name.toLowerCase();
  const wants = (wanted: number): boolean => type === wanted || type === DNS.any;
  const host = hostOf(service, stage);
  if (asked === TYPES && wants(DNS.ptr)) {
    const types = [...new Set(service.instances.map((instance) => instance.type))];
    return types.map((each) => ({ name: TYPES, type: DNS.ptr, data: { name: `${each}.local` } }));
  }
  if (asked === host.toLowerCase() && wants(DNS.a)) return [addressRecord(service, stage)];
  if (asked === `${stage.address.split('.').reverse().join('.')}.in-addr.arpa` && wants(DNS.ptr)) {
    return [{ name, type: DNS.ptr, data: { name: host } }];
  }
  return service.instances.flatMap((instance): DnsRecord[] => {
    if (asked === `${instance.type}.local` && wants(DNS.ptr)) return [{ name, type: DNS.ptr, data: { name: fullName(instance, stage) } }];
    if (asked !== fullName(instance, stage).replaceAll('\\.', '.').toLowerCase()) return [];
    return detailsOf(instance, service, stage).filter((record) => wants(record.type));
  });
}

function additionalTo(answers: readonly DnsRecord[], service: MdnsService, stage: Stage): DnsRecord[] {
  const named = new Set(answers.flatMap(({ type, data }) => (type === DNS.ptr && 'name' in data ? [data.name] : [])));
  const details = service.instances
    .filter((instance) => named.has(fullName(instance, stage)))
    .flatMap((instance) => detailsOf(instance, service, stage));
  return details.length === 0 ? [] : [...details, addressRecord(service, stage)];
}

function detailsOf(instance: MdnsInstance, service: MdnsService, stage: Stage): DnsRecord[] {
  const name = fullName(instance, stage);
  return [
    { name, type: DNS.srv, data: { port: stage.port(instance.port), target: hostOf(service, stage) } },
    { name, type: DNS.txt, data: { txt: instance.txt.map((text) => stage.render(text)) } },
  ];
}

function addressRecord(service: MdnsService, stage: Stage): DnsRecord {
  return { name: hostOf(service, stage), type: DNS.a, data: { address: stage.address } };
}

function hostOf(service: MdnsService, stage: Stage): string {
  return `${stage.render(service.hostName)}.local`;
}

function fullName(instance: MdnsInstance, stage: Stage): string {
  return `${stage.render(instance.name).replaceAll('.', '\\.')}.${instance.type}.local`;
}
