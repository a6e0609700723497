/**
 * One answer a vendor protocol, built after the layouts in the vendors' table of the signal notes (section 8; SADP section 1.2,
 * SDK ports 2.8). None is recorded; addresses, names and numbers are made up. Test-only: nothing here is ever sent.
 */

function at(length: number, ...parts: readonly (readonly [offset: number, content: string | readonly number[]])[]): Buffer {
  const bytes = Buffer.alloc(length);
  for (const [offset, content] of parts) bytes.set(typeof content === 'string' ? Buffer.from(content, 'utf8') : content, offset);
  return bytes;
}

const MAC = [0x00, 0x11, 0x22, 0x33, 0x44, 0x55] as const;
const IP = [192, 0, 2, 40] as const;

/** Element order, spelling and blanks after capture (b) in 1.2. */
export const SADP_XML =
  '<?xml version="1.0" encoding="UTF-8" ?>\n<ProbeMatch>\n<Uuid>6A3F1C8E-0000-4000-8000-0123456789AB</Uuid>\n<Types>inquiry</Types>\n' +
  '<DeviceType>141945</DeviceType>\n<DeviceDescription>DS-2CD2385G1-I</DeviceDescription>\n<DeviceSN>DS-2CD2385G1-I20200414AAWRE33842150</DeviceSN>\n' +
  '<CommandPort>8000</CommandPort>\n<HttpPort>80</HttpPort>\n<MAC>58-50-ed-1f-e3-85</MAC>\n<IPv4Address>192.0.2.64</IPv4Address>\n' +
  '<IPv4SubnetMask>255.255.255.0</IPv4SubnetMask>\n<IPv4Gateway>192.0.2.1</IPv4Gateway>\n<IPv6Address>::</IPv6Address>\n<DHCP>false</DHCP>\n' +
  '<AnalogChannelNum>0</AnalogChannelNum>\n<DigitalChannelNum>1</DigitalChannelNum>\n<SoftwareVersion>V5.6.2build 190701</SoftwareVersion>\n' +
  '<DSPVersion>V7.3 build 190626</DSPVersion>\n<Activated>true</Activated>\n<DetailOEMCode>1</DetailOEMCode>\n<DeviceLock>flase</DeviceLock>\n</ProbeMatch>\n';

export const DHIP_JSON =
  '{ "mac" : "08:ED:ED:00:11:22", "method" : "client.notifyDevInfo", "params" : { "deviceInfo" : { "DeviceClass" : "IPC", ' +
  '"DeviceType" : "IPC-HDW1431T1-S4", "HttpPort" : 80, "IPv4Address" : { "DefaultGateway" : "192.0.2.1", "DhcpEnable" : true, ' +
  '"IPAddress" : "192.0.2.108", "SubnetMask" : "255.255.255.0" }, "Init" : 2714, "MachineName" : "Yard", "Manufacturer" : "Private", ' +
  '"Port" : 37777, "SerialNo" : "6C01E93PAG00000", "Vendor" : "Private", "Version" : "2.800.0000000.13.R", "VideoInputChannels" : 1 } } }';

export function dhipFrame(json: string): Buffer {
  const body = Buffer.from(`${json}\n\0`, 'utf8');
  const header = at(32, [0, [0x20, 0, 0, 0]], [4, 'DHIP']);
  header.writeUInt32LE(body.length, 16);
  header.writeUInt32LE(body.length, 24);
  return Buffer.concat([header, body]);
}

function dahua1(): Buffer {
  const second = '3c:ef:8c:00:11:22DH-DVR0404HF';
  const third = 'Name:Gate\r\nDevice:DVR\r\nIPv6Addr:2001:db8::1/64;gateway:\r\nSerialNo:PZC4LZ000A00001\r\n';
  const head = at(0x78, [0, [0xb3]], [4, [0x58]], [16, [2]], [0x28, 'DVR'], [0x38, IP]);
  head.writeUInt16LE(second.length, 2);
  head.writeUInt16LE(third.length, 0x14);
  return Buffer.concat([head, Buffer.from(second + third)]);
}

function xm(): Buffer {
  const body =
    '{ "NetWork.NetCommon" : { "ChannelNum" : 4, "DeviceType" : 1, "GateWay" : "0x010200C0", "HostIP" : "0x0A0200C0", "HostName" : "LocalHost", ' +
    '"HttpPort" : 80, "MAC" : "00:12:16:AA:BB:CC", "SN" : "0123456789abcdef", "TCPPort" : 34567, "Version" : "V4.02.R11" }, "Ret" : 100 }\n\0';
  const head = at(20, [0, [0xff, 0x01]], [14, [0xfb, 0x05]]);
  head.writeUInt32LE(body.length, 16);
  return Buffer.concat([head, Buffer.from(body)]);
}

const BOSCH_XML =
  '<?xml version="1.0" encoding="UTF-8"?><root xmlns="OEMExt00:device-1-0"><device><deviceType>OEMExt00:device:deviceID0</deviceType>' +
  '<friendlyName>Dock &amp; ramp</friendlyName><serialNumber>0444:0001</serialNumber><physAddress>00-11-22-33-44-55</physAddress>' +
  '<unitIPAddress>192.0.2.40</unitIPAddress><RCPPort>1756</RCPPort><HTTPPort>80</HTTPPort><HTTPSPort>443</HTTPSPort></device></root>';

const FOSCAM_BODY = [
  [23, '00606E8C6C5C'],
  [36, 'Nursery'],
  [57, IP],
] as const;

/** The body of `clear` XORed with a key, as newer firmware sends it. */
export function masked(clear: Uint8Array, key: readonly number[]): Buffer {
  const bytes = Buffer.from(clear);
  bytes[6] = 1;
  bytes.set(key, 7);
  for (let index = 23; index < bytes.length; index++) bytes[index] = (bytes[index] ?? 0) ^ (key[(index - 23) % 8] ?? 0);
  return bytes;
}

function values(
  head: readonly number[],
  sizes: 'byte' | 'word',
  ...list: readonly (readonly [type: number, content: string | readonly number[]])[]
): Buffer {
  return Buffer.concat([
    Buffer.from(head),
    ...list.map(([type, content]) => {
      const value = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
      const size = sizes === 'byte' ? [value.length] : [value.length >> 8, value.length & 0xff];
      return Buffer.concat([Buffer.from([type, ...size]), value]);
    }),
  ]);
}

function panasonic(): Buffer {
  const pair = (type: number, content: string | readonly number[]): Buffer => {
    const value = Buffer.from(typeof content === 'string' ? Buffer.from(content) : content);
    const head = Buffer.alloc(4);
    head.writeUInt16BE(type, 0);
    head.writeUInt16BE(value.length, 2);
    return Buffer.concat([head, value]);
  };
  const head = at(53, [0, [0, 1]], [6, MAC]);
  return Buffer.concat([
    head,
    pair(0x20, IP),
    pair(0x21, [255, 255, 255, 0]),
    pair(0xa7, 'WV-S1131 Hall'),
    pair(0xa8, 'WV-S1131'),
    Buffer.alloc(2),
  ]);
}

export const SAMPLES = {
  sadp: Buffer.from(SADP_XML),
  dhip: dhipFrame(DHIP_JSON),
  dahua1: dahua1(),
  sdk: Buffer.from('000000100000001e0000001e00000000', 'hex'),
  sdkText: Buffer.from('Realm:Login to 3F05B0APAZHKSHZ\r\nRandom:625605629\r\n\r\n'),
  xm: xm(),
  hanwha: at(
    262,
    [0, [0x0b]],
    [0x13, '00:16:6C:7D:75:6E'],
    [0x25, '192.0.2.55'],
    [0x35, '255.255.255.0'],
    [0x6d, 'SND-6083'],
    [0x85, 'http://192.0.2.55/index.htm'],
  ),
  bosch: at(32, [0, [0x99, 0x39, 0xa4, 0x27, 1, 2, 3, 4]], [8, MAC], [16, IP], [20, [255, 255, 255, 0]]),
  boschXml: Buffer.from(BOSCH_XML),
  vivotek: Buffer.concat([
    values([7, 0x4a, 0x5d, 0x8f, 0x1c], 'byte', [1, 'VIVOTEK IP8332'], [2, MAC], [3, IP]),
    Buffer.from([4, 0x50]),
    values([], 'byte', [9, 'IP8332']),
  ]),
  foscam: at(0x57, [0, 'MO_I'], [4, [1]], [15, [0x40]], ...FOSCAM_BODY),
  foscamMasked: masked(at(0x57, [0, 'MO_I'], [4, [1]], [15, [0x40]], ...FOSCAM_BODY), [0x11, 0x82, 3, 4, 0xf5, 6, 7, 8]),
  sony: Buffer.from(
    '\x02MAC:00-11-22-33-44-55\xffMODEL:SNC-EP550\xffSERIAL:123456789\xffINFO:allinfo\xffDNS1:\xffIPADR:192.0.2.40\xffSOFTVERSION:1.50.00\xff\x03',
    'latin1',
  ),
  panasonic: panasonic(),
  ubiquiti: values(
    [1, 0, 0, 0],
    'word',
    [1, MAC],
    [2, [...MAC, ...IP]],
    [3, 'UVC.S2L.v4.30.0'],
    [0x0a, [0, 0, 1, 2]],
    [0x0b, 'Front'],
    [0x0c, 'UVC G3'],
    [0x16, '4.30.0'],
  ),
  reolink: at(
    388,
    [50, [1, 2, 1, 0, 1]],
    [80, MAC],
    [104, [0xaa, 0xaa, 0, 0]],
    [108, '192.0.2.40'],
    [128, [0x28, 0x23]],
    [132, 'Drive'],
    [164, '00:11:22:33:44:55'],
    [228, '95270000ABCDEFGH'],
  ),
  tvt: at(
    240,
    [0, 'MHED'],
    [4, [7, 0, 1, 0, 2]],
    [12, 'Lobby'],
    [32, MAC],
    [40, IP],
    [52, [0, 10, 4, 1]],
    [56, [0xdb, 0x3d, 0x34, 1]],
    [64, [2]],
    [140, 'TD-9421'],
    [196, 'TD-9421S3'],
    [212, 'SomeBrand'],
  ),
} as const;
