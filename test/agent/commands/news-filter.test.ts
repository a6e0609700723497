import { describe, expect, it } from 'vitest';
import { createNewsFilter } from '../../../agent/commands/news-filter.ts';
import { compileSignatures } from '../../../agent/identify/compile.ts';
import { createHostTable, type Host } from '../../../agent/sweep/hosts.ts';
import { systemClock } from '../../../agent/clock.ts';
import { loadSignatures } from '../../../signatures/load.ts';

describe('agent/commands/news-filter', () => {
  it('lets through what adds evidence, a MAC or a contradiction, each host by itself', () => {
    const telling = loadSignatures()
      .makers.flatMap(({ signatures }) => signatures)
      .find(({ field, also, unless }) => field === 'rtsp.header.server' && also === undefined && unless === undefined)?.examples[0]?.value;
    if (telling === undefined) throw new Error('no signature looks at the server of RTSP by itself');
    const isNews = createNewsFilter();
    const neighbours = new Map<string, string>();
    const said: boolean[] = [];
    const table = createHostTable({
      signatures: compileSignatures(loadSignatures(), () => undefined),
      clock: systemClock,
      macOf: (address) => neighbours.get(address),
      onRecording: () => undefined,
      onHost: (host: Host) => void said.push(isNews(host)),
    });
    const answer = (address: string, server: string): void => {
      table.report({
        protocol: 'rtsp',
        from: { address, port: 554 },
        response: { status: 401, headers: [['Server', server]] },
      });
    };
    answer('192.0.2.1', 'nothing known');
    answer('192.0.2.1', 'nothing known');
    expect(table.get('192.0.2.1')?.observations.length).toBeGreaterThan(0);
    answer('192.0.2.1', telling);
    expect(table.get('192.0.2.1')?.identity().evidence.length).toBeGreaterThan(0);
    answer('192.0.2.2', 'nothing known');
    neighbours.set('192.0.2.2', '00:00:5e:00:53:01');
    answer('192.0.2.2', 'nothing known');
    answer('192.0.2.2', 'nothing known');
    expect(said).toEqual([true, false, true, true, true, false]);
  });
});
