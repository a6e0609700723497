/**
 * Self-signed test certificate with the subject of a Hikvision door station (signals: DS-KV6113), EC P-256.
 * Made with openssl for the emulated LAN only; the key protects nothing and is published on purpose.
 * A module and not a .pem file, so that the built package carries it without a copying step.
 */
export const hikvisionCertificate = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIB2zCCAYGgAwIBAgIBATAKBggqhkjOPQQDAjBgMQswCQYDVQQGEwJDTjELMAkG
A1UECAwCWkoxCzAJBgNVBAcMAkhaMRIwEAYDVQQKDAlISUtWSVNJT04xCzAJBgNV
BAsMAkhaMRYwFAYDVQQDDA1oaWt2aXNpb24uY29tMB4XDTE5MTIxNzAwMDAwMFoX
DTM3MTIzMTIzNTk1OVowYDELMAkGA1UEBhMCQ04xCzAJBgNVBAgMAlpKMQswCQYD
VQQHDAJIWjESMBAGA1UECgwJSElLVklTSU9OMQswCQYDVQQLDAJIWjEWMBQGA1UE
AwwNaGlrdmlzaW9uLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBsMCPEK
b1pUiepgUPPPlpU2BR3Uc+AfKQlOv//jIJONRFxsOdn/CuNE415YRB393BWJVEZB
WBlYTIeLTSNfjimjLDAqMAkGA1UdEwQCMAAwHQYDVR0OBBYEFJ6rT6POmecZs206
XimIk472hSN/MAoGCCqGSM49BAMCA0gAMEUCIEvrp6wuUouoZ4R53mCRJ488RfBG
YktC+dOBhDR26DdDAiEAqkzb3FekhUdN3mk7YC+ZbeX0eYQC0zn3IYxNo5ManeQ=
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSwLmxsohtClIx93C
MXcOoIghKM+a6VrNjXz5PzF4DbOhRANCAAQbDAjxCm9aVInqYFDzz5aVNgUd1HPg
HykJTr//4yCTjURcbDnZ/wrjRONeWEQd/dwViVRGQVgZWEyHi00jX44p
-----END PRIVATE KEY-----
`,
} as const;
