/**
 * Recordings as somebody may publish them: identities replaced, evidence kept. Pure. What comes out decodes to the same fields as what
 * went in, or does not come out at all and a note says why.
 */
import { decode } from '../../probes/decode.ts';
import type { Recording } from '../../probes/recording.ts';
import { normaliseMac } from '../../probes/text.ts';
import { collect, textsOf, type Collected, type CollectOptions } from './collect.ts';
import { createPseudonyms } from './pseudonyms.ts';
import { maskMembers, maskResponse, maskServices, type Masks } from './response.ts';
import { createTextMask } from './text.ts';

export interface Masked {
  readonly recordings: readonly Recording[];
  /** What was left out and why, and what a person should still look at. */
  readonly notes: readonly string[];
}

/** Masks recordings that belong together: a device is the same device in all of them. */
export function maskRecordings(recordings: readonly Recording[], options: CollectOptions): Masked {
  const pseudonyms = createPseudonyms();
  // Senders first: they get the lowest addresses, in order.
  for (const { from } of recordings) if (isForeign(from.address)) pseudonyms.address(from.address);
  const collected = collect(recordings, pseudonyms, options);
  const masks: Masks = { pseudonyms, text: createTextMask(collected, pseudonyms) };
  const notes: string[] = [];
  const masked = recordings.flatMap((recording, index) => {
    const result = maskOne(recording, masks, collected);
    if (typeof result !== 'string') return result;
    notes.push(`recording ${index + 1} (${recording.protocol}): left out: ${result}`);
    return [];
  });
  const free = freeTexts(masked);
  if (free.length > 0) notes.push(`look these over before you publish them, a person may have written into them: ${free.join(', ')}`);
  return { recordings: masked, notes };
}

/** The masked recordings of one, or why there are none. */
function maskOne(recording: Recording, masks: Masks, collected: Collected): Recording[] | string {
  const isPacket = recording.protocol === 'mdns' && typeof recording.response.bytes === 'string';
  const responses = isPacket ? maskServices(recording, masks) : [maskResponse(recording, masks)];
  const masked = responses.flatMap((response, index) =>
    response === undefined ? [] : [maskEnvelope(recording, response, responses.length > 1 ? `.${index + 1}` : '', masks)],
  );
  if (masked.length < responses.length || masked.length === 0) return 'a binary form that cannot be masked safely';
  if (namesOf([recording]) !== namesOf(masked)) return 'masking would change what is understood of it';
  return masked.some((one) => leaks(one, collected)) ? 'something that identifies the device would be left in it' : masked;
}

function maskEnvelope(recording: Recording, response: Recording['response'], suffix: string, masks: Masks): Recording {
  const { id, device, at, from, protocol, request } = recording;
  const mac = from.mac === undefined ? undefined : normaliseMac(from.mac);
  return {
    id: masks.text(id) + suffix,
    ...(device === undefined ? {} : { device: masks.text(device) }),
    ...(at === undefined ? {} : { at }),
    from: {
      address: masks.text(from.address),
      ...(from.port === undefined ? {} : { port: from.port }),
      ...(mac === undefined ? {} : { mac: masks.pseudonyms.mac(mac) }),
    },
    protocol,
    ...(request === undefined ? {} : { request: maskMembers(withoutLogins(request), masks) }),
    response,
  };
}

function withoutLogins(request: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request).filter(([key]) => !/community|user|password|credential/i.test(key)));
}

function isForeign(address: string): boolean {
  return address !== '' && !/^(?:127\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|::1$)/.test(address);
}

/** Names of all fields, and the values of those that are a form and must not change. */
function namesOf(recordings: readonly Recording[]): string {
  const fields = recordings.flatMap(decode);
  return fields
    .map(({ field, value }) => (/[.-]form$/.test(field) ? `${field}=${value}` : field))
    .sort()
    .join('\n');
}

/** Whether anything of the table is still in it, in text, or a MAC in six octets. What is a replacement too cannot be told apart. */
function leaks(recording: Recording, { literals, macs, replacements }: Collected): boolean {
  const texts = [recording.id, recording.device ?? '', JSON.stringify(recording.from), ...textsOf(recording)].join('\n').toLowerCase();
  const isLeft = (text: string): boolean => !replacements.has(text.toLowerCase()) && texts.includes(text.toLowerCase());
  if (literals.some(({ text, whole }) => !whole && isLeft(text))) return true;
  return [...macs].some(
    (mac) => !replacements.has(mac) && texts.includes(Buffer.from(mac.replaceAll(':', ''), 'hex').toString('latin1').toLowerCase()),
  );
}

const FREE_FIELDS = ['http.title', 'http.body', 'ftp.banner', 'telnet.banner', 'snmp.sysDescr', 'mdns.instance'] as const;

function freeTexts(recordings: readonly Recording[]): string[] {
  const seen = new Set(recordings.flatMap(decode).map(({ field }) => field));
  return FREE_FIELDS.filter((field) => seen.has(field));
}
