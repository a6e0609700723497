/**
 * TLS recordings (names in a certificate) to `tls.*`. Pure; never throws; trusts and verifies nothing: a certificate is one
 * more thing a device says about itself.
 */
import { X509Certificate } from 'node:crypto';
import { field, optionalField, type Field } from '../observation.ts';
import type { Decoder } from '../probe.ts';
import { responseBytes } from '../recording.ts';

const MAX_NAMES = 50;
const MAX_NAME_LENGTH = 1024;

export const decodeTls: Decoder = ({ response }) => {
  const certificate = { ...certificateOf(response), ...response };
  const names = Array.isArray(certificate.names) ? certificate.names.slice(0, MAX_NAMES) : [];
  return [
    ...nameField('tls.subject', certificate.subject),
    ...nameField('tls.issuer', certificate.issuer),
    ...names.flatMap((name: unknown) => (typeof name === 'string' ? optionalField('tls.name', name.slice(0, MAX_NAME_LENGTH)) : [])),
    ...validity(certificate.validFrom, certificate.validTo),
  ];
};

function nameField(name: string, value: unknown): Field[] {
  return typeof value === 'string' ? optionalField(name, oneLine(value)) : [];
}

/** `CN=a,O=b` whatever the tool that wrote the name put around its commas and equals signs. */
function oneLine(name: string): string {
  return name
    .slice(0, MAX_NAME_LENGTH)
    .trim()
    .replace(/,[ \t]+(?=[A-Za-z][A-Za-z0-9.]{0,30} ?=)/g, ',')
    .replace(/(^|,)([A-Za-z][A-Za-z0-9.]{0,30}) = /g, '$1$2=');
}

function validity(from: unknown, to: unknown): Field[] {
  const [start, end] = [isoTime(from), isoTime(to)];
  return start === undefined && end === undefined ? [] : [field('tls.validity', `${start ?? ''}/${end ?? ''}`)];
}

function isoTime(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '' || value.length > 64) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** The bytes of a recording are the certificate itself, DER or PEM. */
function certificateOf(response: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const bytes = responseBytes(response);
  if (!bytes || bytes.length === 0 || bytes.length > 65_536) return {};
  try {
    const { subject, issuer, subjectAltName, validFrom, validTo } = new X509Certificate(bytes);
    const names = (subjectAltName ?? '').split(', ').map((name) => name.replace(/^(?:DNS|IP Address|URI|email):/, ''));
    return { subject: lastFirst(subject), issuer: lastFirst(issuer), names, validFrom, validTo };
  } catch {
    return {};
  }
}

/** Node lists the parts in the certificate's order, one a line; one-line names begin with the most specific (RFC 4514). */
function lastFirst(name: string | undefined): string {
  return (name ?? '').split('\n').slice(0, MAX_NAMES).reverse().join(',');
}
