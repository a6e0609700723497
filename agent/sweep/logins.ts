/**
 * The login of one address during one scan: handed out once, if the user named the host and the ledger allows a try. Without a
 * ledger there is no login.
 */
import type { Credential, ProbeContext } from '../../probes/probe.ts';
import type { LoginLedger } from '../inventory/login-ledger.ts';

export interface LoginSource {
  /** By address, or by MAC in lower-case colon form. */
  readonly credentials: ReadonlyMap<string, Credential>;
  readonly ledger: LoginLedger | undefined;
  /** MAC as the neighbour table shows it. */
  readonly macOf: (address: string) => string | undefined;
}

type Logins = Pick<ProbeContext, 'mayLogIn' | 'credential' | 'loginResult'>;

/** Nobody's login: for questions to a whole segment. */
export const NO_LOGINS: Logins = { mayLogIn: () => undefined, credential: () => undefined, loginResult: () => undefined };

export function loginsOf(address: string, { credentials, ledger, macOf }: LoginSource): Logins {
  if (!ledger || credentials.size === 0) return NO_LOGINS;
  let ticket: string | undefined;
  const own = (other: string): Credential | undefined => {
    if (other !== address) return undefined;
    const mac = macOf(address);
    return credentials.get(address) ?? (mac === undefined ? undefined : credentials.get(mac));
  };
  return {
    mayLogIn: (other) => {
      const credential = own(other);
      const allowed = credential && ledger.decide({ address, mac: macOf(address) }, credential) === 'allowed';
      return allowed ? { allowBasic: credential.allowBasic === true } : undefined;
    },
    credential: (other) => {
      const credential = own(other);
      if (!credential || ticket !== undefined) return undefined;
      ticket = ledger.take({ address, mac: macOf(address) }, credential);
      return ticket === undefined ? undefined : credential;
    },
    loginResult: (other, result) => {
      if (other === address && ticket !== undefined) ledger.end(ticket, result);
    },
  };
}
