import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { onvifProbe } from '../../../probes/onvif/index.ts';
import type { Fake, TcpScript } from '../fake-context.ts';
import { ADDRESS, advertised, answer, camera, fault, htmlChallenge, LOGIN, operationOf, textOf, world, type Name } from './camera.ts';
import { BODIES, httpAnswer, NOT_AUTHORIZED, onvifEnvelope } from './messages.ts';

const signed = (fake: Fake): string[] => fake.sent.tcp.map(textOf).filter((text) => /Authorization:|<Security/.test(text));

describe('probes/onvif/onvif-probe with a login', () => {
  const credential = { credential: () => LOGIN, known: advertised() };

  /** Checks a UsernameToken by WS-UsernameToken profile 1.0 section 3.1. */
  function tokenIsRight(text: string): boolean {
    const part = (name: string): string => new RegExp(`<${name}(?: [^>]*)?>([^<]*)<`).exec(text)?.[1] ?? '';
    const digest = createHash('sha1')
      .update(Buffer.from(part('Nonce'), 'base64'))
      .update(part('Created'))
      .update(LOGIN.password)
      .digest('base64');
    return part('Username') === 'operator&#60;&#38;&#62;' && part('Password') === digest;
  }

  it('signs by the clock of the device, and only what was refused', async () => {
    const fake = world(
      camera((text, name) => (text.includes('<Security') ? (tokenIsRight(text) ? answer(name) : fault) : fault)),
      credential,
    );
    expect(await onvifProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(signed(fake).map(operationOf)).toEqual(['GetDeviceInformation', 'GetScopes', 'GetNetworkInterfaces']);
    expect(signed(fake)[0]).toContain(
      '<Created xmlns="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd">2020-01-31T03:04:',
    );
    expect(fake.values('onvif.SerialNumber')).toEqual(['SN0001']);
    expect(JSON.stringify(fake.reported.map(({ request }) => request))).not.toMatch(/operator|pass|Digest/);
  });

  it('stops at the first refusal', async () => {
    const fake = world(
      camera(() => fault),
      credential,
    );
    await onvifProbe.run(ADDRESS, fake.context);
    expect(signed(fake)).toHaveLength(1);
    expect(fake.sent.tcp).toHaveLength(7);
  });

  it('stops where a server faults on any Security header', async () => {
    const mustUnderstand = httpAnswer(NOT_AUTHORIZED.replace('ter:NotAuthorized', 'env:MustUnderstand'), { status: '500 Error' });
    const fake = world(
      camera((text) => (text.includes('<Security') ? mustUnderstand : fault)),
      credential,
    );
    await onvifProbe.run(ADDRESS, fake.context);
    expect(signed(fake)).toHaveLength(1);
  });

  it('answers a digest challenge instead of sending a token', async () => {
    const fake = world((request) => {
      const text = textOf(request);
      const name = operationOf(text) ?? 'GetScopes';
      return /Authorization: Digest username="operator<&>", realm="IP Camera\(12345\)", nonce="6d4e", uri="\/onvif\/device_service", response="[0-9a-f]{32}"/.test(
        text,
      )
        ? answer(name)
        : htmlChallenge;
    }, credential);
    expect(await onvifProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.values('onvif.Model')).toEqual(['CAM-1']);
    expect(signed(fake)).toHaveLength(5);
    expect(signed(fake).every((text) => !text.includes('<Security'))).toBe(true);
  });

  it('tries a digest login once, then leaves the device alone', async () => {
    const fake = world(() => htmlChallenge, credential);
    expect(await onvifProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(signed(fake)).toHaveLength(1);
    expect(fake.sent.tcp).toHaveLength(3);
  });

  it('never gives a login to a service that only offers Basic, nor to one that is a guess and no ONVIF', async () => {
    const basic = httpAnswer('', { status: '401 Unauthorized', headers: ['WWW-Authenticate: Basic realm="x"'] });
    for (const fake of [world(() => basic, credential), world(() => htmlChallenge, { credential: () => LOGIN })]) {
      await onvifProbe.run(ADDRESS, fake.context);
      expect(signed(fake)).toEqual([]);
    }
  });

  it.each([
    ['accepted', (text: string, name: Name) => (text.includes('<Security') ? answer(name) : fault)],
    ['refused', () => fault],
    ['unknown', (text: string) => (text.includes('<Security') ? 'silent' : fault)],
    ['unknown', (text: string) => (text.includes('<Security') ? httpAnswer('', { status: '500 Error' }) : fault)],
    [
      'unknown',
      (text: string) => (text.includes('Authorization:') ? htmlChallenge.replace('stale="FALSE"', 'stale="TRUE"') : htmlChallenge),
    ],
  ] as const)('takes the login once and says what became of it: %s', async (result, refuse) => {
    const fake = world(camera(refuse), credential);
    await onvifProbe.run(ADDRESS, fake.context);
    expect(fake.logins).toEqual({ taken: [ADDRESS], results: [[ADDRESS, result]] });
  });

  it('takes no login that it has no use for', async () => {
    for (const refuse of [(_text: string, name: Name) => answer(name), () => httpAnswer('<html/>', { status: '403 Forbidden' })]) {
      const fake = world(camera(refuse), credential);
      await onvifProbe.run(ADDRESS, fake.context);
      expect(fake.logins.taken).toEqual([]);
    }
  });

  it('goes on without a login that somebody else took', async () => {
    const fake = world(
      camera(() => fault),
      credential,
    );
    expect(await onvifProbe.run(ADDRESS, { ...fake.context, credential: () => undefined })).toBe('answered');
    expect(signed(fake)).toEqual([]);
    expect(fake.sent.tcp).toHaveLength(6);
  });

  it('records nothing of its own proof when the device repeats the request', async () => {
    const echo = (text: string, name: Name): TcpScript =>
      text.includes('<Security') ? httpAnswer(onvifEnvelope(`${BODIES[name]}<!-- ${text} -->`)) : fault;
    const fake = world(camera(echo), credential);
    await onvifProbe.run(ADDRESS, fake.context);
    const proof = /<Password[^>]*>([^<]+)</.exec(signed(fake)[0] ?? '')?.[1] ?? '';
    const recorded = fake.reported.map(({ response }) => Buffer.from(String(response.bytes), 'base64').toString()).join();
    expect(proof).toMatch(/=$/);
    expect(recorded).toContain('UsernameToken');
    expect(recorded).not.toContain(proof);
    expect(recorded).not.toContain(LOGIN.password);
  });

  it('uses no login where none was refused', async () => {
    const fake = world(
      camera((_text, name) => answer(name)),
      credential,
    );
    await onvifProbe.run(ADDRESS, fake.context);
    expect(signed(fake)).toEqual([]);
    expect(fake.sent.tcp).toHaveLength(6);
  });
});
