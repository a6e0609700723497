/**
 * A maker's own name where firmware writes it: one line in the maker's file becomes a signature for each such field. Only at
 * the place where the firmware puts it (the beginning, or the organisation of a certificate): a name that merely occurs in a
 * text is what an owner, a recorder or a bridge says of somebody else. Pure.
 */
import type { Condition, OwnName, Signature } from './schema.ts';

interface Place {
  readonly field: string;
  /** Around the name. */
  readonly before: string;
  readonly after: string;
  readonly why: string;
  readonly example: (name: string) => string;
  readonly unless?: readonly Condition[];
}

const WORD_ENDS = '(?:[ _/:,;(|-]|$)';
const begins = (name: string): string => `${name} XX-100`;
// A bridge to HomeKit announces what somebody else made.
const BRIDGED: readonly Condition[] = [{ field: 'mdns.type', match: { pattern: '_hap\\b' } }];

export const OWN_NAME_PLACES: readonly Place[] = [
  {
    field: 'snmp.sysDescr',
    before: '^\\s*',
    after: WORD_ENDS,
    why: 'The firmware describes itself by the name of its maker.',
    example: begins,
  },
  {
    field: 'ftp.banner',
    before: '^(?:Welcome to (?:the )?)?',
    after: WORD_ENDS,
    why: 'The greeting begins with the name of the maker.',
    example: (name) => `${name} FTP server ready`,
  },
  {
    field: 'telnet.banner',
    before: '^\\s*(?:Welcome to (?:the )?)?',
    after: WORD_ENDS,
    why: 'The greeting begins with the name of the maker.',
    example: begins,
  },
  {
    field: 'http.header.server',
    before: '^',
    after: WORD_ENDS,
    why: 'The web server carries the name of the maker.',
    example: (name) => `${name}/1.0`,
  },
  { field: 'http.auth.realm', before: '^', after: WORD_ENDS, why: 'The challenge begins with the name of the maker.', example: begins },
  {
    field: 'http.title',
    before: '^(?:Welcome to (?:the )?)?',
    after: WORD_ENDS,
    why: 'The title begins with the name of the maker.',
    example: begins,
  },
  {
    field: 'rtsp.header.server',
    before: '^',
    after: WORD_ENDS,
    why: 'The media server carries the name of the maker.',
    example: (name) => `${name} Rtsp Server/1.0`,
  },
  { field: 'rtsp.auth.realm', before: '^', after: WORD_ENDS, why: 'The challenge begins with the name of the maker.', example: begins },
  {
    field: 'ssdp.header.server',
    before: '(?:^|UPnP/[0-9.]+,? )',
    after: WORD_ENDS,
    why: 'The product in the server field carries the name of the maker.',
    example: (name) => `Linux/3.10 UPnP/1.0 ${name}/1.0`,
  },
  {
    field: 'upnp.manufacturer',
    before: '^\\s*',
    after: '(?:[ ,.]|$)',
    why: 'The device description names the manufacturer.',
    example: (name) => name,
  },
  { field: 'upnp.modelName', before: '^\\s*', after: WORD_ENDS, why: 'The model name begins with the name of the maker.', example: begins },
  {
    field: 'onvif.scope.name',
    before: '^',
    after: WORD_ENDS,
    why: 'Factory settings put the maker into the name.',
    example: (name) => `${name} XX-100`,
  },
  {
    field: 'onvif.Manufacturer',
    before: '^\\s*',
    after: '(?:[ ,.]|$)',
    why: 'The device names its manufacturer.',
    example: (name) => name,
  },
  {
    field: 'tls.subject',
    before: '(?:^|[,/] ?)O ?= ?"?',
    after: '(?:[ ,.]|$)',
    why: 'The certificate was made out to the maker.',
    example: (name) => `C=XX, O=${name}, CN=device`,
  },
  {
    field: 'mdns.instance',
    before: '^',
    after: WORD_ENDS,
    why: 'The service is announced under the name of the maker.',
    example: begins,
    unless: BRIDGED,
  },
];

/** One signature a field, with example and counter-examples, as if they had been written out. */
export function expandOwnName(maker: string, { pattern, example, asserts, except = [], source }: OwnName): Signature[] {
  return OWN_NAME_PLACES.filter(({ field }) => !except.includes(field)).map((place) => ({
    id: `${maker}.own-name.${place.field.toLowerCase().replaceAll('.', '-')}`,
    field: place.field,
    match: { pattern: `${place.before}(?:${pattern})${place.after}`, ignoreCase: true },
    ...(place.unless === undefined ? {} : { unless: [...place.unless] }),
    asserts,
    strength: 'strong',
    why: place.why,
    source,
    examples: [{ value: place.example(example), origin: 'constructed: the own name in this field' }],
    counterExamples: [
      { value: `Recorder with cameras of ${example}`, origin: 'trap: what somebody says of a device of theirs' },
      { value: place.example(`${example}opolis`), origin: 'constructed: a longer word' },
      { value: place.example('Hikvision'), origin: 'constructed: another maker in this field' },
    ],
  }));
}
