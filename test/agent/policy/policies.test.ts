import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkSignatures } from '../../../agent/commands/signatures.ts';
import type { Io } from '../../../agent/commands/io.ts';
import { overdue } from '../../../agent/policy/review.ts';
import { describePolicy } from '../../../agent/report/policy.ts';
import { readSources } from '../../../signatures/load.ts';
import pc from 'picocolors';

const { policies } = readSources(fileURLToPath(new URL('../../../signatures/', import.meta.url)));
const plain = pc.createColors(false);

function collecting(): { io: Io; out: string[] } {
  const out: string[] = [];
  const io: Io = {
    out: (text) => out.push(text),
    say: () => undefined,
    progress: () => undefined,
    outClosed: new AbortController().signal,
    outIsTerminal: false,
    errIsTerminal: false,
    columns: 80,
    outColors: plain,
    errColors: plain,
  };
  return { io, out };
}

describe('policy packs', () => {
  it('are the eight that the facts allow, Canada on by default and no other', () => {
    expect(policies.map(({ id }) => id).sort()).toEqual(
      ['au-2023', 'ca-federal-2025', 'eu-parliament', 'fcc-covered-list', 'qc-2023', 'uk-2022', 'us-889a1a', 'us-889a1b'].sort(),
    );
    expect(policies.filter(({ onByDefault }) => onByDefault).map(({ id }) => id)).toEqual(['ca-federal-2025']);
  });

  it.each(policies.map((policy) => [policy.id, policy] as const))(
    '%s: cites, is dated, addresses somebody, and accuses nobody',
    (_, policy) => {
      expect(policy.citations.length).toBeGreaterThan(0);
      for (const { checkedOn } of policy.citations) expect(checkedOn < policy.reviewBy).toBe(true);
      expect(policy.addressees.length).toBeGreaterThan(0);
      // A rule that only the press tells of must not be more than an announcement or a decision.
      if (policy.citations.every(({ kind }) => kind === 'secondary')) expect(['announced', 'decided']).toContain(policy.status);
      const text = describePolicy(policy, false);
      expect(text).not.toMatch(/illegal|unlawful|forbidden by law/i);
      for (const who of policy.addressees) expect(text).toContain(who);
      for (const fact of policy.needsFromUser) expect(text).toContain(fact);
      expect(text).toMatch(/no legal advice/);
    },
  );

  it('are warned of the day after their review was due, and not before', () => {
    const [policy] = policies;
    const due = policy?.reviewBy ?? '';
    expect(overdue(policies, due)).toEqual([]);
    expect(overdue(policies, '2099-01-01')).toHaveLength(policies.length);
    expect(overdue(policies, '2099-01-01')[0]).toMatch(/^policy \S+: to be reviewed by \d{4}-\d\d-\d\d, last checked \d{4}-\d\d-\d\d/);
  });

  it('the data check prints the warning and passes all the same', () => {
    const [soon, late] = [collecting(), collecting()];
    expect(checkSignatures(soon.io, '2026-10-02')).toBe(0);
    expect(soon.out.join('')).toMatch(/0 warnings/);
    expect(checkSignatures(late.io, '2099-01-01')).toBe(0);
    expect(late.out.filter((line) => line.startsWith('warning: policy '))).toHaveLength(policies.length);
  });
});
