import { describe, expect, it } from 'vitest';
import { neighbourLimit, parseIpNeigh, parseProcArp } from '../../../agent/net/neighbours-linux.ts';
import { parseBsdArp, parseNdp } from '../../../agent/net/neighbours-macos.ts';
import { parseNetNeighbor, parseWindowsArp } from '../../../agent/net/neighbours-windows.ts';
import { readNeighbours, tableOf } from '../../../agent/net/neighbours.ts';

// Recorded on Linux 6; addresses and MACs replaced by documentation ones.
const PROC_ARP = `IP address       HW type     Flags       HW address            Mask     Device
192.0.2.1        0x1         0x2         02:fc:00:00:00:05     *        eth0
192.0.2.7        0x1         0x0         00:00:00:00:00:00     *        eth0
192.0.2.8        0x1         0x0         00:00:5e:00:53:08     *        eth0
192.0.2.9        0x1         0x6         00:00:5E:00:53:09     *        eth0
`;

const IP_NEIGH = `[{"dst":"192.0.2.1","dev":"eth0","lladdr":"02:fc:00:00:00:05","state":["STALE"]},
{"dst":"fd00::1","dev":"eth0","state":["FAILED"]},
{"dst":"192.0.2.8","dev":"eth0","lladdr":"00:00:5e:00:53:08","state":["FAILED"]},
{"dst":"fe80::1","dev":"eth0","lladdr":"00:00:5e:00:53:01","router":null,"state":["REACHABLE"]},
{"dst":"192.0.2.9","dev":"eth0","lladdr":"00:00:5e:00:53:09","state":["PERMANENT"]},
{"dst":"224.0.0.251","dev":"eth0","lladdr":"01:00:5e:00:00:fb","state":["NOARP"]}]`;

// Built after arp(8), ndp(8) and Apple's arp.c: no leading zeros.
const BSD_ARP = `? (192.0.2.1) at 0:0:5e:0:53:1 on en0 ifscope [ethernet]
? (192.0.2.2) at (incomplete) on en0 ifscope [ethernet]
router.example (192.0.2.3) at 2:fc:0:0:0:5 on en0 ifscope permanent [ethernet]
? (224.0.0.251) at 1:0:5e:0:0:fb on en0 ifscope permanent [ethernet]
`;
const NDP = `Neighbor                                Linklayer Address  Netif Expire    St Flgs Prbs
2001:db8::1                             0:0:5e:0:53:1      en0   23h58m5s  S  R
fe80::1%lo0                             (incomplete)         lo0 permanent R
fe80::5:5%en0                           2:fc:0:0:0:5         en0 10s       R
`;

// Built after the documentation of arp and Get-NetNeighbor; German words, as the third column is translated.
const WINDOWS_ARP = `\r
Schnittstelle: 192.0.2.10 --- 0x5\r
  Internetadresse       Physische Adresse     Typ\r
  192.0.2.1             00-00-5e-00-53-01     dynamisch\r
  192.0.2.255           ff-ff-ff-ff-ff-ff     statisch\r
  224.0.0.22            01-00-5e-00-00-16     statisch\r
`;

describe('agent/net/neighbours', () => {
  it('reads /proc/net/arp', () => {
    expect(parseProcArp(PROC_ARP)).toEqual([
      { address: '192.0.2.1', mac: '02:fc:00:00:00:05', state: 'resolved' },
      { address: '192.0.2.7', state: 'unresolved' },
      { address: '192.0.2.8', state: 'unresolved' },
      { address: '192.0.2.9', mac: '00:00:5e:00:53:09', state: 'permanent' },
    ]);
  });

  it('reads ip -j neigh, and drops the MAC of a neighbour that failed', () => {
    expect(parseIpNeigh(IP_NEIGH)).toEqual([
      { address: '192.0.2.1', mac: '02:fc:00:00:00:05', state: 'stale' },
      { address: 'fd00::1', state: 'unresolved' },
      { address: '192.0.2.8', state: 'unresolved' },
      { address: 'fe80::1', mac: '00:00:5e:00:53:01', state: 'reachable' },
      { address: '192.0.2.9', mac: '00:00:5e:00:53:09', state: 'permanent' },
    ]);
  });

  it('reads arp -an and ndp -an of macOS', () => {
    expect(parseBsdArp(BSD_ARP).slice(0, 3)).toEqual([
      { address: '192.0.2.1', mac: '00:00:5e:00:53:01', state: 'resolved' },
      { address: '192.0.2.2', state: 'unresolved' },
      { address: '192.0.2.3', mac: '02:fc:00:00:00:05', state: 'permanent' },
    ]);
    expect(parseNdp(NDP)).toEqual([
      { address: '2001:db8::1', mac: '00:00:5e:00:53:01', state: 'stale' },
      { address: 'fe80::1', state: 'unresolved' },
      { address: 'fe80::5:5', mac: '02:fc:00:00:00:05', state: 'reachable' },
    ]);
  });

  it('reads arp -a of Windows in any language', () => {
    expect([...tableOf(parseWindowsArp(WINDOWS_ARP))]).toEqual([['192.0.2.1', { mac: '00:00:5e:00:53:01', state: 'resolved' }]]);
  });

  it('reads Get-NetNeighbor, one entry or many, names or numbers', () => {
    const many = [
      { IPAddress: '192.0.2.1', LinkLayerAddress: '00-00-5E-00-53-01', State: 'Reachable' },
      { IPAddress: 'fe80::1%12', LinkLayerAddress: '00005E005302', State: 4 },
      { IPAddress: '192.0.2.3', LinkLayerAddress: '00-00-00-00-00-00', State: 'Unreachable' },
      { IPAddress: '192.0.2.4', LinkLayerAddress: '', State: 'Permanent' },
    ];
    expect(parseNetNeighbor(`\ufeff${JSON.stringify(many)}`)).toEqual([
      { address: '192.0.2.1', mac: '00:00:5e:00:53:01', state: 'reachable' },
      { address: 'fe80::1', mac: '00:00:5e:00:53:02', state: 'stale' },
      { address: '192.0.2.3', state: 'unresolved' },
      { address: '192.0.2.4', state: 'unresolved' },
    ]);
    expect(parseNetNeighbor(JSON.stringify(many[0]))).toHaveLength(1);
  });

  it('keeps the surest entry of an address, and the fresher word on the same MAC', () => {
    const table = tableOf([...parseProcArp(PROC_ARP), ...parseIpNeigh(IP_NEIGH)]);
    expect(table.get('192.0.2.1')).toEqual({ mac: '02:fc:00:00:00:05', state: 'stale' });
    expect(table.get('192.0.2.8')).toEqual({ state: 'unresolved' });
    const twice = tableOf([
      { address: '192.0.2.1', mac: '00:00:5e:00:53:01', state: 'resolved' },
      { address: '192.0.2.1', state: 'unresolved' },
    ]);
    expect(twice.get('192.0.2.1')?.mac).toBe('00:00:5e:00:53:01');
  });

  it.each(['', 'garbage', '{}', '[1]', '[{"dst":1}]', '{"IPAddress":null}'])('makes nothing of %j', (text) => {
    for (const parse of [parseProcArp, parseIpNeigh, parseBsdArp, parseNdp, parseWindowsArp, parseNetNeighbor]) {
      expect(parse(text)).toEqual([]);
    }
  });

  it('reads this machine without a problem', async () => {
    const problems: string[] = [];
    const table = await readNeighbours({ onProblem: (problem) => problems.push(problem) });
    expect(problems).toEqual([]);
    for (const { mac } of table.values()) expect(mac ?? '00:00:5e:00:53:00').toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    expect(await neighbourLimit()).toBeGreaterThan(0);
  });
});
