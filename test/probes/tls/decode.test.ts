import { describe, expect, it } from 'vitest';
import { decodeTls } from '../../../probes/tls/decode.ts';
import { fieldsOf, WRONG_RESPONSES } from '../fields-of.ts';
import { survivesHostileInput } from '../hostile.ts';

const decode = (response: Readonly<Record<string, unknown>>): Record<string, string[]> => fieldsOf(decodeTls, 'tls', response);

// Made for this test (EC key, self-signed, ten years): no device's certificate.
const PEM = `-----BEGIN CERTIFICATE-----
MIIBxDCCAWmgAwIBAgIUNHbE5iXsbQGrby/VJKqP7spkNW4wCgYIKoZIzj0EAwIw
KDEQMA4GA1UECgwHRXhhbXBsZTEUMBIGA1UEAwwLY2FtLmV4YW1wbGUwHhcNMjYx
MTIzMDMxMTQ5WhcNMzYxMTIwMDMxMTQ5WjAoMRAwDgYDVQQKDAdFeGFtcGxlMRQw
EgYDVQQDDAtjYW0uZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHlw
Vl7cA8Bzah8rO2tDO19CCCIu8Gg0mMKwG7WrVXXY749C20H7hUS6O4MzpEk4PL7Y
G+kaDflpgwpz4Xz21e+jcTBvMB0GA1UdDgQWBBQYSEx6JkrWseRKZ1gt+Y5Vkt9L
6jAfBgNVHSMEGDAWgBQYSEx6JkrWseRKZ1gt+Y5Vkt9L6jAPBgNVHRMBAf8EBTAD
AQH/MBwGA1UdEQQVMBOCC2NhbS5leGFtcGxlhwTAAAIHMAoGCCqGSM49BAMCA0kA
MEYCIQDLJ7pnbntaL5fjDB5we3ggNEJmOnjVwTbzJiYiGX2RigIhAMOAUvRsHZ6D
1xyqoTwQlu2lLjBDe9RDzdGsmPaVEbW7
-----END CERTIFICATE-----`;

describe('probes/tls/decode', () => {
  it('reports names and validity', () => {
    expect(
      decode({
        subject: 'CN=cam.example,OU=A,O=B',
        issuer: 'CN=ca',
        names: ['cam.example', '192.0.2.1', ''],
        validFrom: 'Jan  2 03:04:05 2020 GMT',
        validTo: '2030-01-02T03:04:05.000Z',
      }),
    ).toEqual({
      'tls.subject': ['CN=cam.example,OU=A,O=B'],
      'tls.issuer': ['CN=ca'],
      'tls.name': ['cam.example', '192.0.2.1'],
      'tls.validity': ['2020-01-02T03:04:05.000Z/2030-01-02T03:04:05.000Z'],
    });
  });

  it.each([
    ['CN=a, OU=b, O=C Ltd, Inc', 'CN=a,OU=b,O=C Ltd, Inc'],
    ['C = CN, ST = ZJ, CN = a.example', 'C=CN,ST=ZJ,CN=a.example'],
    ['O=Cisco Systems\\, Inc.,L=x', 'O=Cisco Systems\\, Inc.,L=x'],
    ['2.5.4.3=a, 1.2.3=b', '2.5.4.3=a, 1.2.3=b'],
    ['  CN=a  ', 'CN=a'],
  ])('writes %j in one form', (subject, expected) => {
    expect(decode({ subject })).toEqual({ 'tls.subject': [expected] });
  });

  it('keeps one half of a validity', () => {
    expect(decode({ validTo: '2030-01-01T00:00:00Z' })).toEqual({ 'tls.validity': ['/2030-01-01T00:00:00.000Z'] });
  });

  it('reads a certificate given as bytes', () => {
    const fields = decode({ bytes: Buffer.from(PEM).toString('base64') });
    expect(fields).toMatchObject({ 'tls.subject': ['CN=cam.example,O=Example'], 'tls.name': ['cam.example', '192.0.2.7'] });
    expect(fields['tls.validity']?.[0]).toMatch(/^\d{4}-.*\/\d{4}-/);
  });

  it.each(WRONG_RESPONSES)('does not trip over %j', (response) => {
    expect(Array.isArray(decodeTls({ id: 'r', from: { address: '' }, protocol: 'tls', response }))).toBe(true);
  });

  const der = Buffer.from(PEM.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  survivesHostileInput(decodeTls, 'tls', [der], 400);

  it('makes nothing of a certificate that breaks off', () => {
    for (let length = 0; length < der.length; length++) {
      expect(decode({ bytes: der.subarray(0, length).toString('base64') })).toEqual({});
    }
  });

  it('is linear on long names', () => {
    const subject = `CN=${', A'.repeat(100_000)}`;
    expect(decode({ subject })['tls.subject']?.[0]?.length).toBeLessThanOrEqual(1024);
  });
});
