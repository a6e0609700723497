/**
 * Which objects are asked for, and in what order: plain GETs, because embedded agents are slow and stumble over GETBULK.
 * Enterprises: IANA, and the vendors' own MIBs (HIK-DEVICE-MIB, HIKVISION-MIB, DAHUA-SNMP-MIB, BVIP).
 */
const ENTERPRISES = '1.3.6.1.4.1';

/** The system group: sysDescr, sysObjectID, sysName. */
export const SYSTEM = ['1.3.6.1.2.1.1.1.0', '1.3.6.1.2.1.1.2.0', '1.3.6.1.2.1.1.5.0'] as const;

/** An object that shows a private MIB is there, and what to ask next where it is. */
export interface Private {
  readonly key: string;
  readonly rest: readonly string[];
}

/**
 * Cameras and recorders answer these while their system group is empty or generic, under whatever brand they are sold:
 * every agent is asked for them, in one packet.
 */
export const PRIVATE: readonly Private[] = [
  // deviceType (a model); softwVersion, macAddr
  { key: `${ENTERPRISES}.39165.1.1.0`, rest: [`${ENTERPRISES}.39165.1.3.0`, `${ENTERPRISES}.39165.1.4.0`] },
  // deviceType (a model); software, serial number, system version, device class
  {
    key: `${ENTERPRISES}.1004849.2.1.2.6.0`,
    rest: ['2.1.1.1.0', '2.1.2.4.0', '2.1.2.5.0', '2.1.2.7.0'].map((arcs) => `${ENTERPRISES}.1004849.${arcs}`),
  },
  // serial number of a recorder; its type
  { key: `${ENTERPRISES}.50001.1.3.0`, rest: [`${ENTERPRISES}.50001.1.100.0`] },
];

/** Worth asking only where sysObjectID stands under the enterprise. */
const BY_ENTERPRISE: Readonly<Record<string, readonly string[]>> = {
  // firmware, vendor name, MAC
  '3967': ['1.1.1.5.0', '1.1.1.7.0', '1.5.1.1.0'].map((arcs) => `${ENTERPRISES}.3967.${arcs}`),
};

/** ifPhysAddress of the first two interfaces (the first is often the loopback), and the first hrDeviceDescr. */
const COMMON = ['1.3.6.1.2.1.2.2.1.6.1', '1.3.6.1.2.1.2.2.1.6.2', '1.3.6.1.2.1.25.3.2.1.3.1'] as const;

/** Everything beyond the system group, for one GET: about 300 bytes. */
export function furtherObjects(enterprise: string | undefined): string[] {
  const own = enterprise !== undefined && Object.hasOwn(BY_ENTERPRISE, enterprise) ? BY_ENTERPRISE[enterprise] : undefined;
  return [...PRIVATE.flatMap(({ key, rest }) => [key, ...rest]), ...(own ?? []), ...COMMON];
}
