/** The test certificates by name. Throw-away keys of the emulated LAN: nothing real may ever use them. */
import { axisCertificate } from './axis.ts';
import { boschCertificate } from './bosch.ts';
import { hikvisionCertificate } from './hikvision.ts';
import { legacyCertificate } from './legacy.ts';
import { plainCertificate } from './plain.ts';

export const CERTIFICATES = {
  axis: axisCertificate,
  bosch: boschCertificate,
  hikvision: hikvisionCertificate,
  legacy: legacyCertificate,
  plain: plainCertificate,
} as const;

export type CertificateName = keyof typeof CERTIFICATES;
