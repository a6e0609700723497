/**
 * Self-signed test certificate with the subject of a Bosch camera (recog x509 subjects), EC P-256.
 * Made with openssl for the emulated LAN only; the key protects nothing and is published on purpose.
 * A module and not a .pem file, so that the built package carries it without a copying step.
 */
export const boschCertificate = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBqDCCAU+gAwIBAgIBBTAKBggqhkjOPQQDAjBHMSYwJAYDVQQKDB1Cb3NjaCBT
aWNoZXJoZWl0c3N5c3RlbWUgR21iSDEdMBsGA1UEAwwUbG9jYWwubXlib3NjaGNh
bS5uZXQwHhcNMTUwMTAxMDAwMDAwWhcNMzUxMjMxMjM1OTU5WjBHMSYwJAYDVQQK
DB1Cb3NjaCBTaWNoZXJoZWl0c3N5c3RlbWUgR21iSDEdMBsGA1UEAwwUbG9jYWwu
bXlib3NjaGNhbS5uZXQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASHUtOARsEu
D5/HJ9OFeQrdY9JrcMubDOXj1bpIr1xVnBTktzHn6sKbadhj6YjAPpZO6gRbnOvm
BkNBgRhEZgoAoywwKjAJBgNVHRMEAjAAMB0GA1UdDgQWBBT+xoM1ahqtWgB7Ct71
Xhf248whxTAKBggqhkjOPQQDAgNHADBEAiAvuhaJ+yyLs7ISlJcZAuT0vZktmXyS
S2dxteqUJxRb4wIgcsBCTjVfsVBCoQEdtY+CDUXbO4JyxErEH8v/lI/ielM=
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwkbBG4bjrsKu0k6s
VcNdZ0MO57qI7W49bx1k/UpjrE6hRANCAASHUtOARsEuD5/HJ9OFeQrdY9JrcMub
DOXj1bpIr1xVnBTktzHn6sKbadhj6YjAPpZO6gRbnOvmBkNBgRhEZgoA
-----END PRIVATE KEY-----
`,
} as const;
