/** A configured SNMPv3 user in the library's terms (RFC 3414, RFC 3826, RFC 7860). Only users the configuration names are ever used. */
import type { SnmpUser } from '../probe.ts';

type Library = typeof import('net-snmp');
type LibraryUser = Parameters<Library['createV3Session']>[1];

/** The level follows from what is given: no key, no authentication; a privacy key without an authentication key is ignored. */
export function v3User(library: Library, user: SnmpUser): LibraryUser {
  const { SecurityLevel, AuthProtocols, PrivProtocols } = library;
  if (user.authKey === undefined) return { name: user.name, level: SecurityLevel.noAuthNoPriv };
  const auth = { name: user.name, authProtocol: AuthProtocols[user.authProtocol ?? 'sha'], authKey: user.authKey };
  if (user.privKey === undefined) return { ...auth, level: SecurityLevel.authNoPriv };
  return { ...auth, level: SecurityLevel.authPriv, privProtocol: PrivProtocols[user.privProtocol ?? 'aes'], privKey: user.privKey };
}
