import { describe, expect, it } from 'vitest';
import { CHATTER, readChatter, type ChatterChannel } from '../../probes/chatter.ts';
import { decode } from '../../probes/decode.ts';
import { channel, claim, discovery, notify, QUESTIONS, twoServices, WORDS } from './chatter-samples.ts';
import { isListed } from './hostile.ts';
import { flood } from './mdns/packets.ts';
import { mutate, randomFrom } from './mutate.ts';
import { SAMPLES } from './vendor-samples.ts';

const SENDER = { address: '192.0.2.10', port: 49_000 } as const;

function essences(where: ChatterChannel, bytes: Uint8Array): string[] {
  return readChatter(where, bytes, SENDER).words.map(({ essence }) => essence);
}

describe('probes/chatter', () => {
  it.each(WORDS)('takes %s for the word of a device', (_, where, bytes) => {
    const { words } = readChatter(where, bytes, SENDER);
    expect(words).toHaveLength(1);
    expect(words[0]?.answer).toMatchObject({ protocol: where.protocol, from: { address: SENDER.address } });
    expect(words[0]?.answer.response.bytes).toBe(Buffer.from(bytes).toString('base64'));
    expect(words[0]?.answer).not.toHaveProperty('request');
  });

  it.each(QUESTIONS)('drops %s', (_, where, bytes) => {
    expect(readChatter(where, bytes, SENDER)).toEqual({ words: [], goodbye: false });
  });

  it('has a sample word for everything it listens to', () => {
    const spoken = new Set(WORDS.map(([, { title }]) => title));
    expect(CHATTER.map(({ title }) => title).filter((title) => !spoken.has(title))).toEqual([]);
  });

  it('names no place twice, and each has somebody to speak to', () => {
    const places = CHATTER.map(({ port, groups }) => `${port} ${groups.join()}`);
    expect(new Set(places).size).toBe(places.length);
    for (const { groups, broadcast } of CHATTER) expect(groups.length > 0 || broadcast).toBe(true);
  });

  it('makes one recording a service, and loses nothing of the packet by it', () => {
    const bytes = twoServices();
    const { words } = readChatter(channel('mdns'), bytes, SENDER);
    expect(words.map(({ answer: { response } }) => [response.type, response.port, response.txt])).toEqual([
      ['_axis-video._tcp', 80, { macaddress: 'B8A44F000001', bare: 'true' }],
      ['_http._tcp', 8080, { path: '/' }],
    ]);
    const whole = { protocol: 'mdns', from: SENDER, response: { bytes: Buffer.from(bytes).toString('base64') } } as const;
    const plain = (fields: readonly { field: string; value: string }[]): string[] => fields.map(({ field, value }) => `${field}=${value}`);
    expect(plain(words.flatMap(({ answer }) => decode({ id: 'part', ...answer })))).toEqual(plain(decode({ id: 'whole', ...whole })));
  });

  it('takes what a device claims for itself as what it will announce', () => {
    const { words } = readChatter(channel('mdns'), claim(), SENDER);
    expect(words[0]?.answer.response).toEqual({
      type: '_axis-video._tcp',
      instance: 'AXIS P1375 - B8A44F000001',
      host: 'axis-b8a44f000001.local',
      port: 80,
      txt: { macaddress: 'B8A44F000001' },
      bytes: Buffer.from(claim()).toString('base64'),
    });
  });

  it('gives the port only where it is the protocol’s own', () => {
    const from = (port: number): unknown =>
      readChatter(channel('sadp'), SAMPLES.sadp, { address: '192.0.2.10', port }).words[0]?.answer.from;
    expect(from(37020)).toEqual({ address: '192.0.2.10', port: 37020 });
    expect(from(51_234)).toEqual({ address: '192.0.2.10' });
  });

  it('knows a farewell of the device from the end of one of its services', () => {
    const goodbye = (where: ChatterChannel, bytes: Uint8Array): boolean => readChatter(where, bytes, SENDER).goodbye;
    expect(goodbye(channel('ws-discovery'), discovery('Bye'))).toBe(true);
    expect(goodbye(channel('ws-discovery'), discovery('Hello'))).toBe(false);
    expect(goodbye(channel('ssdp'), notify({ nts: 'ssdp:byebye' }))).toBe(true);
    expect(goodbye(channel('ssdp'), notify({ nts: 'ssdp:byebye', nt: 'urn:schemas-upnp-org:service:One:1' }))).toBe(false);
    expect(goodbye(channel('ssdp'), notify())).toBe(false);
  });

  it('hears the same in two copies of a statement', () => {
    const sadp = (uuid: string): Uint8Array => Buffer.from(SAMPLES.sadp.toString().replace(/<Uuid>[^<]*/, `<Uuid>${uuid}`));
    expect(essences(channel('sadp'), sadp('A'))).toEqual(essences(channel('sadp'), sadp('B')));
    const later = notify({ date: 'Fri, 02 Jan 1970 00:00:00 GMT', bootId: 2 });
    expect(essences(channel('ssdp'), later)).toEqual(essences(channel('ssdp'), notify()));
    const again = discovery('Hello', { messageId: '00000000-0000-4000-8000-000000000002' });
    expect(essences(channel('ws-discovery'), again)).toEqual(essences(channel('ws-discovery'), discovery('Hello')));
    expect(essences(channel('ws-discovery'), discovery('Hello', { address: '192.0.2.11' }))).not.toEqual(
      essences(channel('ws-discovery'), discovery('Hello')),
    );
  });

  it('keeps one word of a packet beyond the limits, and not all of its bytes', () => {
    const { words } = readChatter(channel('mdns'), flood(1000), SENDER);
    expect(words).toHaveLength(1);
    const { bytes } = words[0]?.answer.response ?? {};
    expect(typeof bytes === 'string' ? Buffer.from(bytes, 'base64').length : 0).toBeLessThanOrEqual(16_384);
  });

  it('survives truncation at every length', () => {
    for (const [, where, bytes] of [...WORDS, ...QUESTIONS]) {
      for (let length = 0; length < bytes.length; length++) expectSane(where, bytes.subarray(0, length));
    }
  });

  const seed = Number(process.env.FUZZ_SEED ?? 20260303);
  it(`survives random mutation, also on a wrong port (seed ${seed})`, () => {
    const random = randomFrom(seed);
    for (let round = 0; round < 4000; round++) {
      const sample = WORDS[round % WORDS.length];
      const where = random() < 0.8 ? sample?.[1] : CHATTER[Math.floor(random() * CHATTER.length)];
      if (sample && where) expectSane(where, mutate(sample[2], random));
    }
  });
});

function expectSane(where: ChatterChannel, bytes: Uint8Array): void {
  const { words, goodbye } = readChatter(where, bytes, SENDER);
  expect(words.length).toBeLessThanOrEqual(100);
  if (goodbye) expect(words.length).toBe(1);
  for (const { answer, essence } of words) {
    expect(essence).not.toBe('');
    expect(answer.from.address).toBe(SENDER.address);
    for (const { field } of decode({ id: 'x', ...answer }))
      if (!isListed(field)) throw new Error(`field ${field} is not in the vocabulary`);
  }
}
