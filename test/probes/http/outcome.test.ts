/** How a run of the HTTP probe ends. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../probes/probe.ts';
import type { FakeWorld, TcpScript } from '../fake-context.ts';
import { run } from './run.ts';
import { page, site } from './site.ts';

describe('probes/http outcome', () => {
  it.each<[string, TcpScript, TcpScript, Outcome]>([
    ['answered on one port', page('x'), 'refused', 'answered'],
    ['a page without status line', '<html>old</html>', 'silent', 'answered'],
    ['another protocol', 'SSH-2.0-Example\r\n', 'refused', 'not-understood'],
    ['garbage', Buffer.from([0, 1, 2, 3]), 'silent', 'not-understood'],
    ['refused and silent', 'silent', 'refused', 'refused'],
    ['silent and unreachable', 'unreachable', 'silent', 'silent'],
    ['unreachable', 'unreachable', 'unreachable', 'unreachable'],
    ['excluded', 'excluded', 'excluded', 'excluded'],
    ['aborted', 'refused', 'aborted', 'aborted'],
    ['open but mute', { reach: 'answered', bytes: new Uint8Array(), ended: 'closed' }, 'silent', 'silent'],
    ['a failed handshake', 'refused', { reach: 'answered', bytes: new Uint8Array(), ended: 'tls-error' }, 'not-understood'],
  ])('%s', async (_title, onPlain, onTls, outcome) => {
    const world: FakeWorld = { tcp: ({ port }) => (port === 80 ? onPlain : onTls), settled: () => true };
    expect((await run(world)).outcome).toBe(outcome);
  });

  it('is excluded when no port is listed', async () => {
    const { outcome, asked } = await run({ ports: { http: [], https: [] } });
    expect([outcome, asked]).toEqual(['excluded', []]);
  });

  it('asks nothing after an abort', async () => {
    const { outcome, asked } = await run({ tcp: site({}), signal: AbortSignal.abort() });
    expect([outcome, asked]).toEqual(['aborted', []]);
  });

  it('keeps what came before an abort', async () => {
    const controller = new AbortController();
    const { outcome, asked, reported } = await run({
      tcp: () => {
        controller.abort();
        return page('x');
      },
      signal: controller.signal,
    });
    expect([outcome, asked, reported.length]).toEqual(['answered', ['http 80 /'], 1]);
  });
});
