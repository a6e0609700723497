/**
 * A skeleton of signatures for what masked recordings show: field, value and origin filled in, everything that takes judgement left to
 * the author. Pure.
 */
import { stringify } from 'yaml';
import { decode } from '../../probes/decode.ts';
import type { Recording } from '../../probes/recording.ts';

/** Fields that say something of the exchange rather than the device. */
const NOT_TELLING =
  /^(?:http\.(?:status|path|body|header\.(?:date|content-length|connection|keep-alive|content-type|etag|last-modified|expires))|rtsp\.(?:status|header\.(?:cseq|date))|ssdp\.header\.(?:date|cache-control|ext|location)|tls\.validity|.*\.nonce|link\.mac|wsd\.(?:relates|metadataVersion)|sadp\.(?:Uuid|Types|BootTime|Salt|IPv4.*|IPv6.*)|onvif\.clock|mdns\.port)$/;
const MAX_VALUE = 200;
const MAX_SIGNATURES = 200;
const TODO = 'TODO';

/** YAML for the `signatures:` list of a maker file. `signatures check` refuses it until every TODO is gone. */
export function skeletonOf(recordings: readonly Recording[]): string {
  const seen = new Set<string>();
  const signatures = recordings.flatMap(decode).flatMap(({ field, value, recording }) => {
    const key = `${field}\0${value}`;
    if (NOT_TELLING.test(field) || value === '' || value.length > MAX_VALUE || seen.has(key) || seen.size >= MAX_SIGNATURES) return [];
    seen.add(key);
    return [
      {
        id: TODO,
        field,
        match: { equals: value },
        asserts: { maker: TODO },
        strength: TODO,
        why: TODO,
        source: TODO,
        examples: [{ value, origin: `masked recording ${recording}` }],
        counterExamples: [{ value: TODO, origin: TODO }],
      },
    ];
  });
  return `# Keep what identifies, delete the rest. Recordings are masked: a value with digits in it wants a pattern, not equals.\n${stringify({ signatures }, { lineWidth: 140 })}`;
}
