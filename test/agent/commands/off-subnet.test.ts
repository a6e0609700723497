import { describe, expect, it } from 'vitest';
import { isOffSubnet } from '../../../agent/commands/off-subnet.ts';

const stored = (...targets: string[]): Parameters<typeof isOffSubnet>[1] => ({
  head: { startedAt: '2026-03-01T12:00:00.000Z', targets, version: '0', signatures: '0' },
});

describe('agent/commands/off-subnet', () => {
  it.each([
    ['10.1.2.3', ['10.1.2.0/24'], false],
    ['192.0.0.64', ['10.1.2.0/24'], true],
    ['192.0.0.64', ['10.1.2.0/24', '192.0.0.1-192.0.0.99'], false],
    ['192.0.0.64', ['10.1.2.0/24', 'camera.example'], false],
    ['192.0.0.64', [], false],
    ['fe80::1', ['10.1.2.0/24'], false],
    ['nonsense', ['10.1.2.0/24'], false],
  ])('%s in a scan of %j: %s', (address, targets, off) => {
    expect(isOffSubnet(address, stored(...targets))).toBe(off);
  });
});
