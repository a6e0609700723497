/** HTTP inside TLS: which ports are asked that way, and what is kept of their certificates. */
import { describe, expect, it } from 'vitest';
import type { TlsPeer } from '../../../probes/transport.ts';
import type { FakeWorld, TcpScript } from '../fake-context.ts';
import { ADDRESS, run } from './run.ts';
import { page } from './site.ts';

const PEER: TlsPeer = { protocol: 'TLSv1.2', subject: 'CN=a', issuer: 'CN=b', names: ['a'], validFrom: '', validTo: '' };

describe('probes/http TLS', () => {
  it('reports the certificate of a port once, and answers as https', async () => {
    const tcp: FakeWorld['tcp'] = (request) =>
      request.tls === true ? { reach: 'answered', bytes: Buffer.from(page('x')), ended: 'complete', peer: PEER } : 'refused';
    const { reported, values } = await run({ tcp });
    expect(reported.filter(({ protocol }) => protocol === 'tls')).toEqual([
      { protocol: 'tls', from: { address: ADDRESS, port: 443 }, response: { ...PEER } },
    ]);
    expect(reported.filter(({ protocol }) => protocol === 'http')).toEqual([]);
    expect(values('tls.subject')).toEqual(['CN=a']);
  });

  it.each<[string, TcpScript]>([
    ['an alert', Buffer.from([0x15, 3, 1, 0, 2, 2, 0x0a])],
    ['a closed door', { reach: 'answered', bytes: new Uint8Array(), ended: 'closed' }],
    ['a reset', { reach: 'answered', bytes: new Uint8Array(), ended: 'reset' }],
    ['nginx words', page('<center>The plain HTTP request was sent to HTTPS port</center>', [], '400 Bad Request')],
    ['Apache words', page("You're speaking plain HTTP to an SSL-enabled server port.", [], '400 Bad Request')],
    ['Go words', page('Client sent an HTTP request to an HTTPS server.', [], '400 Bad Request')],
  ])('tries TLS once on a plain port that answers with %s', async (_title, refusal) => {
    const tcp: FakeWorld['tcp'] = (request) =>
      request.port !== 80 ? 'refused' : request.tls === true ? page('<title>s</title>') : refusal;
    const { asked, outcome, values } = await run({ tcp });
    expect(asked.slice(0, 3)).toEqual(['http 80 /', 'https 80 /', 'https 80 /favicon.ico']);
    expect(outcome).toBe('answered');
    expect(values('http.title')).toEqual(['s']);
  });

  it('does not go back and forth when TLS fails as well', async () => {
    const { asked, outcome } = await run({
      tcp: (request) => (request.port === 80 ? Buffer.from([0x15, 3, 1, 0, 2, 2, 0x0a]) : 'refused'),
    });
    expect(asked).toEqual(['http 80 /', 'https 80 /', 'https 443 /']);
    expect(outcome).toBe('not-understood');
  });

  it('takes a port of both lists as TLS, and asks a repeated port once', async () => {
    const { asked } = await run({ tcp: () => 'refused', ports: { http: [80, 80, 443], https: [443, 443] } });
    expect(asked).toEqual(['http 80 /', 'https 443 /']);
  });

  it('reports the certificate when HTTP inside says nothing', async () => {
    const { reported, outcome } = await run({
      tcp: (request) => (request.tls === true ? { reach: 'answered', bytes: new Uint8Array(), ended: 'closed', peer: PEER } : 'refused'),
    });
    expect(reported.map(({ protocol }) => protocol)).toEqual(['tls']);
    expect(outcome).toBe('not-understood');
  });
});
