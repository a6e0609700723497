/** OIDs as people and tools write them: dotted with or without a leading dot, or with the usual names of SMIv2. Pure. */

/** Names that may start an OID: what `snmpwalk` and its like print. */
const ROOTS: Readonly<Record<string, string>> = {
  iso: '1',
  internet: '1.3.6.1',
  mgmt: '1.3.6.1.2',
  'mib-2': '1.3.6.1.2.1',
  system: '1.3.6.1.2.1.1',
  interfaces: '1.3.6.1.2.1.2',
  host: '1.3.6.1.2.1.25',
  private: '1.3.6.1.4',
  enterprises: '1.3.6.1.4.1',
  sysdescr: '1.3.6.1.2.1.1.1',
  sysobjectid: '1.3.6.1.2.1.1.2',
  sysuptime: '1.3.6.1.2.1.1.3',
  syscontact: '1.3.6.1.2.1.1.4',
  sysname: '1.3.6.1.2.1.1.5',
  syslocation: '1.3.6.1.2.1.1.6',
  sysservices: '1.3.6.1.2.1.1.7',
  ifdescr: '1.3.6.1.2.1.2.2.1.2',
  ifphysaddress: '1.3.6.1.2.1.2.2.1.6',
  hrdevicedescr: '1.3.6.1.2.1.25.3.2.1.3',
};

/** Names in the middle of a spelled-out path such as `iso.org.dod.internet.private.enterprises`. */
const ARCS: Readonly<Record<string, string>> = {
  org: '3',
  dod: '6',
  internet: '1',
  mgmt: '2',
  'mib-2': '1',
  system: '1',
  interfaces: '2',
  private: '4',
  enterprises: '1',
};

const MAX_LENGTH = 1500;
const MAX_ARCS = 128;

/** Dotted form without leading dot, or undefined when the text is not an OID. */
export function normaliseOid(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const bare = text
    .trim()
    .replace(/^OID:\s*/i, '')
    .replace(/^[A-Za-z][A-Za-z0-9-]*::/, '')
    .replace(/^\./, '');
  const [first = '', ...rest] = bare.split('.');
  const root = /^\d{1,10}$/.test(first) ? first : lookUp(ROOTS, first);
  if (root === undefined || rest.length > MAX_ARCS) return undefined;
  const arcs = [root];
  for (const token of rest) {
    const arc = /^\d{1,10}$/.test(token) ? token : lookUp(ARCS, token);
    if (arc === undefined) return undefined;
    arcs.push(arc);
  }
  // A lone number is a value, not an identifier.
  return rest.length === 0 && root === first ? undefined : arcs.join('.');
}

function lookUp(names: Readonly<Record<string, string>>, token: string): string | undefined {
  const name = token.toLowerCase();
  return Object.hasOwn(names, name) ? names[name] : undefined;
}

const ENTERPRISE = /^1\.3\.6\.1\.4\.1\.(\d{1,10})(?:\.|$)/;

/** The private enterprise number an OID stands under, decimal. */
export function enterpriseOf(oid: string): string | undefined {
  return ENTERPRISE.exec(oid)?.[1];
}
