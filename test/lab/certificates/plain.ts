/**
 * Self-signed test certificate that says nothing of a maker, EC P-256.
 * Made with openssl for the emulated LAN only; the key protects nothing and is published on purpose.
 * A module and not a .pem file, so that the built package carries it without a copying step.
 */
export const plainCertificate = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBOzCB46ADAgECAgEDMAoGCCqGSM49BAMCMBExDzANBgNVBAMMBmRldmljZTAe
Fw0yMjAxMDEwMDAwMDBaFw00MjAxMDEwMDAwMDBaMBExDzANBgNVBAMMBmRldmlj
ZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLxN623lougudaDl6ETTQE12LX47
YgaPuEpppwiJ9jO9kwH/jkLSunth2pXAnw1FQERLJItlvtbTUxbpyyPYwaOjLDAq
MAkGA1UdEwQCMAAwHQYDVR0OBBYEFFOOwq099r+yae8tLl360eEOf15IMAoGCCqG
SM49BAMCA0cAMEQCIFxmZa33qCFIi+tzXKCg1fNQ27VvqdBD2HHMfG9jVr58AiA6
d3Lob4KD5gQmwxbjM/8SLv8HtSBuftmH6P5+YVpifg==
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4vcmgSLKwDDXwQ1u
lwZgw+qyf07klm3Ncf4Sy3NB1VKhRANCAAS8Tett5aLoLnWg5ehE00BNdi1+O2IG
j7hKaacIifYzvZMB/45C0rp7YdqVwJ8NRUBESySLZb7W01MW6csj2MGj
-----END PRIVATE KEY-----
`,
} as const;
