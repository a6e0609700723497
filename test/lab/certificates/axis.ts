/**
 * Self-signed test certificate with the subject an Axis camera makes for itself (recog x509 subjects), EC P-256.
 * Made with openssl for the emulated LAN only; the key protects nothing and is published on purpose.
 * A module and not a .pem file, so that the built package carries it without a copying step.
 */
export const axisCertificate = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBwTCCAWegAwIBAgIBAjAKBggqhkjOPQQDAjA9MR8wHQYDVQQKDBZBeGlzIENv
bW11bmljYXRpb25zIEFCMRowGAYDVQQDDBFheGlzLWFjY2M4ZTNjMDQxOTAeFw0y
MTAzMDEwMDAwMDBaFw00MTAyMjQwMDAwMDBaMD0xHzAdBgNVBAoMFkF4aXMgQ29t
bXVuaWNhdGlvbnMgQUIxGjAYBgNVBAMMEWF4aXMtYWNjYzhlM2MwNDE5MFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAEdMctrak6ztIBt94ohA563J2PqF80qmK+vZ15
8nwEkgJCzso193U80tKscEzaJqYA+MJrZS8/CVSlwPm0Rtcl1aNYMFYwNQYDVR0R
BC4wLIIXYXhpcy1hY2NjOGUzYzA0MTkubG9jYWyCEWF4aXMtYWNjYzhlM2MwNDE5
MB0GA1UdDgQWBBQh+V3VC+ffeueb0wDd4GExU0ElkzAKBggqhkjOPQQDAgNIADBF
AiBAi38YytAVs6l0gb4ewmfaI2NhkWrXYBY2YcNNnm796AIhAJO5X+Ot7XUHYQec
+/v+MaLl1jgOX80Lwj54B+SvCLM1
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQCIFHBzkdbw6PejT
9FRjriizg/aTFAO5ilcazwAcPF2hRANCAAR0xy2tqTrO0gG33iiEDnrcnY+oXzSq
Yr69nXnyfASSAkLOyjX3dTzS0qxwTNompgD4wmtlLz8JVKXA+bRG1yXV
-----END PRIVATE KEY-----
`,
} as const;
