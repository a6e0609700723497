import { describe, expect, it } from 'vitest';
import { onlyRefused } from '../../../agent/commands/subnet-coverage.ts';
import type { Outcome } from '../../../probes/probe.ts';

describe('agent/commands/subnet-coverage', () => {
  it.each<[readonly Outcome[], boolean]>([
    [['refused', 'refused'], true],
    [['refused', 'silent', 'spared'], true],
    [['silent', 'spared'], false], // it lives by ARP alone
    [['refused', 'answered'], false],
    [['refused', 'not-understood'], false],
    [['refused', 'aborted'], false], // nobody knows what it would have said
    [[], false],
  ])('%j: only refused %s', (outcomes, is) => {
    expect(onlyRefused(outcomes)).toBe(is);
  });
});
