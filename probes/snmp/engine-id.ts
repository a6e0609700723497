/** What an SNMPv3 engine ID tells (RFC 3411, SnmpEngineID): who registered its form, and sometimes a MAC. Pure. */
import { normaliseMac } from '../text.ts';

export interface EngineIdentity {
  /** IANA private enterprise number of whoever wrote the agent, or of the device's vendor. */
  readonly enterprise?: number | undefined;
  /** Lower-case colon form. */
  readonly mac?: string | undefined;
}

const FORMAT_MAC = 3;

/** Takes 5 to 32 octets apart; anything else says nothing. */
export function readEngineId(bytes: Uint8Array): EngineIdentity {
  if (bytes.length < 5 || bytes.length > 32) return {};
  const view = Buffer.from(bytes);
  const enterprise = view.readUInt32BE(0) & 0x7fff_ffff;
  const newForm = (view.readUInt8(0) & 0x80) !== 0;
  const mac = newForm && view.readUInt8(4) === FORMAT_MAC && bytes.length >= 11 ? normaliseMac(view.toString('hex', 5, 11)) : undefined;
  return { enterprise: enterprise === 0 ? undefined : enterprise, mac };
}
