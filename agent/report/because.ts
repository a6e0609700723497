/** Why a device is what we say, in one line: channels that speak for the claim, strongest first, with their fields. Pure. */
import { strengthRank } from '../identify/certainty.ts';
import type { Claim, Evidence, Identity } from '../identify/types.ts';

/** Channel words of vocabulary/fields.yaml as people say them. */
const CHANNEL_NAMES: Readonly<Record<string, string>> = {
  link: 'MAC',
  vendor: 'vendor protocol',
  onvif: 'ONVIF',
  web: 'web',
  rtsp: 'RTSP',
  snmp: 'SNMP',
  local: 'mDNS/SSDP',
  banner: 'banner',
};

const MAX_FIELDS = 1;

/** For example `vendor protocol (sadp.present), web (http.header.server, http.auth.realm)`; empty when nothing matched. */
export function becauseOf({ maker, brand, deviceType, evidence }: Identity): string {
  const claim: Pick<Claim, 'evidence'> = maker ?? brand ?? deviceType ?? { evidence };
  const channels = new Map<string, Evidence[]>();
  for (const item of claim.evidence) {
    const list = channels.get(item.channel);
    if (list) list.push(item);
    else channels.set(item.channel, [item]);
  }
  return [...channels]
    .map(([channel, items]) => ({ channel, items: [...items].sort((a, b) => strengthRank(b.strength) - strengthRank(a.strength)) }))
    .sort((a, b) => best(b.items) - best(a.items))
    .map(({ channel, items }) => `${CHANNEL_NAMES[channel] ?? channel} (${fieldsOf(items)})`)
    .join(', ');
}

function best(items: readonly Evidence[]): number {
  return items[0] ? strengthRank(items[0].strength) : -1;
}

function fieldsOf(items: readonly Evidence[]): string {
  const fields = [...new Set(items.map(({ field }) => field))];
  return fields.length > MAX_FIELDS ? `${fields.slice(0, MAX_FIELDS).join(', ')} +${fields.length - MAX_FIELDS}` : fields.join(', ');
}
