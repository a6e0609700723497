import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../agent/clock.ts';
import { compileSignatures } from '../../../agent/identify/compile.ts';
import { byField, loadSignatures } from '../../../signatures/load.ts';
import { splitRecordings } from '../../../agent/sweep/begun.ts';
import { createHostTable } from '../../../agent/sweep/hosts.ts';
import { parseTarget } from '../../../agent/sweep/targets.ts';
import type { Recording } from '../../../probes/recording.ts';

const at = '2026-01-01T00:00:00.000Z';
const web = (address: string, server: string): Recording => ({
  id: 'old/9',
  at,
  from: { address, port: 80 },
  protocol: 'http',
  response: { status: 200, headers: [['Server', server]], body: '' },
});

describe('agent/sweep/hosts, answers of an earlier scan', () => {
  const table = () => {
    const written: Recording[] = [];
    const hosts = createHostTable({
      signatures: compileSignatures(byField({ ...loadSignatures(), makers: [] }), () => undefined),
      clock: systemClock,
      macOf: () => undefined,
      onRecording: (recording) => void written.push(recording),
      onHost: () => undefined,
    });
    return { hosts, written };
  };

  it('keeps their time, gives them numbers of their own, and writes them down once more', () => {
    const { hosts, written } = table();
    hosts.replay(web('10.0.0.1', 'a'));
    hosts.report({ protocol: 'http', from: { address: '10.0.0.1', port: 80 }, response: { status: 200, headers: [], body: '' } });
    expect(written.map(({ id }) => id)).toEqual(['10.0.0.1/1', '10.0.0.1/2']);
    expect(written[0]?.at).toBe(at);
    expect(hosts.get('10.0.0.1')?.observations.some(({ value, at: seenAt }) => value === 'a' && seenAt === at)).toBe(true);
  });

  it('takes at the end only what nobody has said again', () => {
    const { hosts, written } = table();
    hosts.replay(web('10.0.0.1', 'a'));
    hosts.replayNews(web('10.0.0.1', 'a'));
    expect(written).toHaveLength(1);
    hosts.replayNews(web('10.0.0.1', 'b'));
    hosts.replayNews(web('10.0.0.2', 'a'));
    expect(written.map(({ id }) => id)).toEqual(['10.0.0.1/1', '10.0.0.1/2', '10.0.0.2/1']);
  });

  it('are held back of hosts that are asked again', () => {
    const recordings = ['10.0.0.1', '10.0.0.2', '192.168.0.9'].map((address) => web(address, 'a'));
    const begun = { dark: [], outcomes: { silent: {}, excluded: {} }, live: [], recordings };
    const left = [parseTarget('10.0.0.2-10.0.0.9')].flatMap((range) => range ?? []);
    const { done, open } = splitRecordings(begun, left);
    expect(done.map(({ from }) => from.address)).toEqual(['10.0.0.1', '192.168.0.9']);
    expect(open.map(({ from }) => from.address)).toEqual(['10.0.0.2']);
  });
});
