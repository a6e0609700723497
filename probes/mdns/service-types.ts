/**
 * The service types worth a question: those of surveillance devices first, then those that tell office devices apart from
 * them (a printer that answers is known to be one). Names: IANA service registry, vendor documentation; readme.md says who uses which.
 */

/** Asked by unicast too, in the one packet an address gets; what is not here, the answer to the meta-query shows. */
export const TELLING_TYPES = ['_axis-video._tcp', '_arec._tcp', '_psia._tcp', '_CGI._tcp', '_rtsp._tcp', '_http._tcp'] as const;

/** Browsed on a segment. */
export const BROWSED_TYPES = [
  ...TELLING_TYPES,
  '_axis-nvr._tcp',
  '_onvif._tcp',
  '_device-info._tcp',
  '_https._tcp',
  '_hap._tcp',
  '_ipp._tcp',
  '_printer._tcp',
  '_pdl-datastream._tcp',
  '_scanner._tcp',
  '_airplay._tcp',
  '_raop._tcp',
  '_googlecast._tcp',
  '_smb._tcp',
  '_ssh._tcp',
  '_sftp-ssh._tcp',
  '_workstation._tcp',
] as const;
