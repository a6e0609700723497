/**
 * Directly attached IPv4 segments: where a scan without targets looks, and where multicast questions leave.
 *
 * Interfaces of containers, virtual machines and VPNs are left out unless named: what is behind them is rarely the
 * office. Everything left out is returned with its reason, so that it can be printed. Sends nothing.
 */
import { networkInterfaces } from 'node:os';
import type { Segment } from '../../probes/probe.ts';

/** One address of an interface as node:os tells it. */
export interface InterfaceAddress {
  readonly address: string;
  readonly netmask: string;
  /** `IPv4`; some Node releases said 4. */
  readonly family: string | number;
  readonly internal: boolean;
  /** All zero where the link has none. */
  readonly mac?: string | undefined;
}

export type InterfaceAddresses = Readonly<Record<string, readonly InterfaceAddress[] | undefined>>;

export interface LeftOut {
  readonly interfaceName: string;
  readonly address: string;
  readonly prefixLength: number;
  /** In words, to be printed. */
  readonly reason: string;
}

export interface InterfaceSurvey {
  readonly segments: readonly Segment[];
  readonly leftOut: readonly LeftOut[];
  /** Chosen or not, where hosts are found by ARP: not tunnels, whose hosts no neighbour table shows. */
  readonly resolving: readonly Segment[];
}

const NO_MAC = '00:00:00:00:00:00';

/** The segments of this machine; see `surveyInterfaces` for what is not among them. */
export function listSegments(named: readonly string[] = []): readonly Segment[] {
  return surveyInterfaces(named).segments;
}

/** Segments and what was left out. `named` interfaces are taken whatever they look like; loopback never is. */
export function surveyInterfaces(named: readonly string[] = [], interfaces: InterfaceAddresses = networkInterfaces()): InterfaceSurvey {
  const candidates = Object.entries(interfaces).flatMap(([interfaceName, addresses]) => candidatesOf(interfaceName, addresses ?? []));
  const wanted = new Set(named.map((name) => name.toLowerCase()));
  const isNamed = ({ interfaceName }: Segment): boolean => wanted.has(interfaceName.toLowerCase());
  const ordinary = candidates.filter((segment) => isNamed(segment) || reasonAgainst(segment) === undefined);
  const routable = ordinary.filter((segment) => isNamed(segment) || !isSelfAssigned(segment.address));
  // A camera plugged straight into a laptop: then the self-assigned network is all there is.
  const segments = routable.length > 0 ? routable : ordinary;
  const leftOut = candidates
    .filter((segment) => !segments.includes(segment))
    .map((segment) => ({
      interfaceName: segment.interfaceName,
      address: segment.address,
      prefixLength: segment.prefixLength,
      reason: reasonAgainst(segment) ?? 'self-assigned address, and there are others',
    }));
  const arpless = new Set(
    Object.entries(interfaces).flatMap(([name, list]) => ((list ?? []).some(({ mac }) => mac === NO_MAC) ? [name] : [])),
  );
  return {
    segments: withoutDoubles(segments),
    leftOut,
    resolving: candidates.filter(({ interfaceName }) => !arpless.has(interfaceName)),
  };
}

/** Every address of this machine, also those of interfaces left out: its own neighbour table shows none of them. */
export function ownAddresses(interfaces: InterfaceAddresses = networkInterfaces()): ReadonlySet<string> {
  return new Set(Object.values(interfaces).flatMap((addresses) => (addresses ?? []).map(({ address }) => address)));
}

function candidatesOf(interfaceName: string, addresses: readonly InterfaceAddress[]): Segment[] {
  return addresses.flatMap(({ address, netmask, family, internal }): Segment[] => {
    const prefixLength = prefixLengthOf(netmask);
    if (internal || (family !== 'IPv4' && family !== 4) || prefixLength === undefined) return [];
    return [{ interfaceName, address, prefixLength, broadcast: broadcastOf(address, prefixLength) }];
  });
}

/** Several addresses of one interface in one subnet are one segment. */
function withoutDoubles(segments: readonly Segment[]): Segment[] {
  const seen = new Set<string>();
  return segments.filter(({ interfaceName, address, prefixLength }) => {
    const key = `${interfaceName} ${networkOf(numberOf(address), prefixLength)}/${prefixLength}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** What the names mean, on Linux, macOS and Windows. A plain Linux bridge (`br0`, `br-lan`) is usually the office network. */
const NAMES: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern:
      /^(docker\w*|br-[0-9a-f]{12}|veth.*|cni.*|flannel.*|cali.*|cilium.*|lxc.*|lxdbr.*|podman.*|weave.*|kube.*|nerdctl.*|nodelocaldns)$/i,
    reason: 'container network',
  },
  {
    pattern:
      /^(virbr.*|vmnet.*|vmenet.*|vboxnet.*|vnet\d+|bridge1\d\d|vEthernet.*|VMware.*|VirtualBox.*|Hyper-V.*|mpqemubr.*|fwbr.*|fwpr.*|fwln.*)$/i,
    reason: 'virtual machine network',
  },
  {
    pattern:
      /^(tun.*|tap.*|wg.*|utun.*|zt.*|feth.*|tailscale.*|ppp.*|ipsec.*|vti.*|xfrm.*|gre\d+|gretap\d+|sit\d+|ip6tnl.*|gif\d+|nordlynx|proton.*|mullvad.*|ham\d+|nebula.*|cscotun.*|gpd\d+|netbird.*|wt\d+|CloudflareWARP|warp\d*)$/i,
    reason: 'VPN or tunnel',
  },
  {
    pattern:
      /(Tailscale|WireGuard|OpenVPN|ZeroTier|AnyConnect|FortiClient|GlobalProtect|Hamachi|NordVPN|ProtonVPN|\bVPN\b|\bTAP\b|Wintun)/i,
    reason: 'VPN or tunnel',
  },
  { pattern: /^(dummy.*|ifb.*|awdl.*|llw.*|anpi.*|Bluetooth.*|bnep.*|.*Loopback.*)$/i, reason: 'no ordinary network' },
];

function reasonAgainst({ interfaceName, prefixLength }: Segment): string | undefined {
  const named = NAMES.find(({ pattern }) => pattern.test(interfaceName));
  return named?.reason ?? (prefixLength > 30 ? 'point-to-point link: nobody else is on it' : undefined);
}

/** The segment an address lies on, the most specific one; undefined for routed addresses and IPv6. */
export function segmentOf(address: string, segments: readonly Segment[]): Segment | undefined {
  const number = numberOf(address);
  if (Number.isNaN(number)) return undefined;
  return segments
    .filter((segment) => networkOf(number, segment.prefixLength) === networkOf(numberOf(segment.address), segment.prefixLength))
    .reduce<Segment | undefined>((best, segment) => (best && best.prefixLength >= segment.prefixLength ? best : segment), undefined);
}

/** True when the address is on a directly attached segment, so that the neighbour table shows it if it lives. */
export function attached(address: string, segments: readonly Segment[]): boolean {
  return segmentOf(address, segments) !== undefined;
}

function isSelfAssigned(address: string): boolean {
  return address.startsWith('169.254.');
}

/** Undefined for /31 and /32, which have none (RFC 3021). */
function broadcastOf(address: string, prefixLength: number): string | undefined {
  if (prefixLength > 30) return undefined;
  const last = networkOf(numberOf(address), prefixLength) + 2 ** (32 - prefixLength) - 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join('.');
}

function networkOf(number: number, prefixLength: number): number {
  const size = 2 ** (32 - prefixLength);
  return Math.floor(number / size) * size;
}

/** NaN for anything but a dotted IPv4 address. */
function numberOf(address: string): number {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return Number.NaN;
  const parts = address.split('.').map(Number);
  return parts.some((part) => part > 255) ? Number.NaN : parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** Undefined where the mask has holes. */
function prefixLengthOf(netmask: string): number | undefined {
  const number = numberOf(netmask);
  if (Number.isNaN(number)) return undefined;
  const bits = number.toString(2).padStart(32, '0');
  return /^1*0*$/.test(bits) ? bits.replace(/0/g, '').length : undefined;
}
