import { describe, expect, it } from 'vitest';
import { attached, listSegments, ownAddresses, segmentOf, surveyInterfaces } from '../../../agent/net/interfaces.ts';
import type { InterfaceAddress, InterfaceAddresses } from '../../../agent/net/interfaces.ts';

const v4 = (address: string, netmask = '255.255.255.0', internal = false): InterfaceAddress => ({
  address,
  netmask,
  family: 'IPv4',
  internal,
});
const v6 = (address: string): InterfaceAddress => ({ address, netmask: 'ffff:ffff:ffff:ffff::', family: 'IPv6', internal: false });

const names = (interfaces: InterfaceAddresses, named: readonly string[] = []): string[] =>
  surveyInterfaces(named, interfaces).segments.map(({ interfaceName }) => interfaceName);

// Names as the platforms and the programs give them; addresses made up.
const LINUX: InterfaceAddresses = {
  lo: [v4('127.0.0.1', '255.0.0.0', true)],
  enp3s0: [v4('192.168.1.20'), v6('fe80::1')],
  wlp2s0: [v4('192.168.1.21')],
  br0: [v4('10.1.0.2', '255.255.252.0')],
  'br-lan': [v4('10.2.0.2')],
  'br-0a1b2c3d4e5f': [v4('172.18.0.1', '255.255.0.0')],
  docker0: [v4('172.17.0.1', '255.255.0.0')],
  veth12ab: [v4('10.9.0.1')],
  virbr0: [v4('192.168.122.1')],
  tun0: [v4('10.8.0.2')],
  wg0: [v4('10.7.0.2')],
  tailscale0: [v4('100.64.0.9', '255.255.255.255')],
  ztabcdefgh: [v4('10.147.17.2')],
  'flannel.1': [v4('10.42.0.0', '255.255.255.255')],
  cni0: [v4('10.42.0.1')],
  ppp0: [v4('203.0.113.5', '255.255.255.255')],
};

const MACOS: InterfaceAddresses = {
  lo0: [v4('127.0.0.1', '255.0.0.0', true)],
  en0: [v4('192.168.7.10')],
  en5: [v4('169.254.8.8', '255.255.0.0')],
  utun3: [v4('10.8.0.6')],
  bridge100: [v4('192.168.64.1')],
  bridge0: [v4('192.168.9.1')],
  feth2311: [v4('10.147.17.3')],
};

const WINDOWS: InterfaceAddresses = {
  Ethernet: [v4('192.168.3.4')],
  'WLAN 2': [v4('192.168.4.4')],
  'vEthernet (WSL)': [v4('172.29.0.1', '255.255.240.0')],
  'VMware Network Adapter VMnet8': [v4('192.168.80.1')],
  'VirtualBox Host-Only Network': [v4('192.168.56.1')],
  Tailscale: [v4('100.64.0.3', '255.255.255.255')],
  'Bluetooth-Netzwerkverbindung': [v4('169.254.1.1', '255.255.0.0')],
  'Loopback Pseudo-Interface 1': [v4('127.0.0.1', '255.0.0.0', true)],
};

describe('agent/net/interfaces', () => {
  it('takes the ordinary interfaces of each platform', () => {
    expect(names(LINUX)).toEqual(['enp3s0', 'wlp2s0', 'br0', 'br-lan']);
    expect(names(MACOS)).toEqual(['en0', 'bridge0']);
    expect(names(WINDOWS)).toEqual(['Ethernet', 'WLAN 2']);
  });

  it('says of each other one why', () => {
    const { leftOut } = surveyInterfaces([], LINUX);
    expect(Object.fromEntries(leftOut.map(({ interfaceName, reason }) => [interfaceName, reason]))).toEqual({
      'br-0a1b2c3d4e5f': 'container network',
      docker0: 'container network',
      veth12ab: 'container network',
      virbr0: 'virtual machine network',
      tun0: 'VPN or tunnel',
      wg0: 'VPN or tunnel',
      tailscale0: 'VPN or tunnel',
      ztabcdefgh: 'VPN or tunnel',
      'flannel.1': 'container network',
      cni0: 'container network',
      ppp0: 'VPN or tunnel',
    });
    expect(leftOut.find(({ interfaceName }) => interfaceName === 'docker0')).toMatchObject({ address: '172.17.0.1', prefixLength: 16 });
  });

  it('knows where ARP finds hosts: not in tunnels, whatever they are called', () => {
    const withMac = (address: string, mac: string): InterfaceAddress => ({ ...v4(address), mac });
    const { resolving } = surveyInterfaces([], {
      eth0: [withMac('192.0.2.1', '00:00:5e:00:53:01')],
      docker0: [withMac('172.17.0.1', '00:00:5e:00:53:02')],
      wg0: [withMac('10.7.0.2', '00:00:00:00:00:00')],
      office: [withMac('10.8.0.2', '00:00:00:00:00:00')],
    });
    expect(resolving.map(({ interfaceName }) => interfaceName)).toEqual(['eth0', 'docker0']);
  });

  it('takes what is named, in any case', () => {
    expect(names(LINUX, ['DOCKER0', 'lo'])).toEqual(['enp3s0', 'wlp2s0', 'br0', 'br-lan', 'docker0']);
  });

  it('computes prefix and broadcast', () => {
    const { segments } = surveyInterfaces(['p2p'], {
      a: [v4('10.1.2.3', '255.255.252.0')],
      b: [v4('192.0.2.130', '255.255.255.192')],
      p2p: [v4('192.0.2.1', '255.255.255.254')],
    });
    expect(segments).toEqual([
      { interfaceName: 'a', address: '10.1.2.3', prefixLength: 22, broadcast: '10.1.3.255' },
      { interfaceName: 'b', address: '192.0.2.130', prefixLength: 26, broadcast: '192.0.2.191' },
      { interfaceName: 'p2p', address: '192.0.2.1', prefixLength: 31, broadcast: undefined },
    ]);
  });

  it('leaves out point-to-point links and masks with holes', () => {
    expect(names({ eth0: [v4('192.0.2.1', '255.255.255.255')], eth1: [v4('192.0.2.9', '255.0.255.0')] })).toEqual([]);
  });

  it('keeps a self-assigned network only where there is no other', () => {
    expect(names({ en5: [v4('169.254.8.8', '255.255.0.0')] })).toEqual(['en5']);
    const { leftOut } = surveyInterfaces([], MACOS);
    expect(leftOut.find(({ interfaceName }) => interfaceName === 'en5')?.reason).toContain('self-assigned');
    expect(names(MACOS, ['en5'])).toContain('en5');
  });

  it('counts several addresses in one subnet of an interface once', () => {
    expect(names({ eth0: [v4('192.0.2.1'), v4('192.0.2.2'), v4('198.51.100.1')], eth1: [v4('192.0.2.3')] })).toEqual([
      'eth0',
      'eth0',
      'eth1',
    ]);
  });

  it('tells attached addresses from routed ones', () => {
    const { segments } = surveyInterfaces([], { wide: [v4('10.0.0.1', '255.0.0.0')], narrow: [v4('10.0.5.1')] });
    expect(segmentOf('10.0.5.77', segments)?.interfaceName).toBe('narrow');
    expect(segmentOf('10.9.9.9', segments)?.interfaceName).toBe('wide');
    expect(['10.255.255.255', '11.0.0.1', '::1', 'name.example', '10.0.0.256'].map((address) => attached(address, segments))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('knows every address of this machine, also the second one in a subnet', () => {
    expect([...ownAddresses({ eth0: [v4('192.0.2.1'), v4('192.0.2.2')], docker0: [v4('172.17.0.1')], gone: undefined })]).toEqual([
      '192.0.2.1',
      '192.0.2.2',
      '172.17.0.1',
    ]);
  });

  it('reads this machine', () => {
    for (const { address, prefixLength } of listSegments()) {
      expect(address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      expect(prefixLength).toBeLessThanOrEqual(30);
    }
  });
});
