import { describe, expect, it } from 'vitest';
import { chooseDigest, digestAuthorization, type DigestRequest } from '../../probes/digest.ts';
import { parseChallenges } from '../../probes/http-message.ts';

const responseOf = (header: string | undefined): string | undefined => /response="([0-9a-f]+)"/.exec(header ?? '')?.[1];

function answer(challenge: string, request: DigestRequest): string | undefined {
  const chosen = chooseDigest(parseChallenges(challenge));
  return chosen && digestAuthorization(chosen, request);
}

const mufasa = { user: 'Mufasa', password: 'Circle Of Life' };

describe('probes/digest', () => {
  it('answers the example of RFC 2617 section 3.5', () => {
    const header = answer(
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
      { method: 'GET', uri: '/dir/index.html', credential: mufasa, cnonce: '0a4f113b' },
    );
    expect(responseOf(header)).toBe('6629fae49393a05397450978507c4ef1');
    expect(header).toContain('qop=auth, nc=00000001, cnonce="0a4f113b"');
    expect(header).toContain('opaque="5ccc069c403ebaf9f0171e9517f40e41"');
    expect(header).not.toContain('algorithm');
  });

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('answers the %s example of RFC 7616 section 3.9.1', (algorithm, response) => {
    const header = answer(
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
      {
        method: 'GET',
        uri: '/dir/index.html',
        credential: { user: 'Mufasa', password: 'Circle of Life' },
        cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
      },
    );
    expect(responseOf(header)).toBe(response);
    expect(header).toContain(`algorithm=${algorithm}`);
  });

  it('prefers SHA-256 where both are offered, in one line or two', () => {
    const two = [
      ...parseChallenges('Digest realm="a", nonce="1", qop="auth"'),
      ...parseChallenges('Digest realm="a", nonce="2", algorithm="SHA-256", qop="auth"'),
    ];
    expect(chooseDigest(two)).toMatchObject({ hash: 'SHA-256', nonce: '2' });
    expect(chooseDigest([...two].reverse())).toMatchObject({ hash: 'SHA-256', nonce: '2' });
  });

  it('answers a challenge without qop in the RFC 2069 form', () => {
    const header = answer('Digest realm="IP Camera(C2183)", nonce="abc", stale="FALSE"', {
      method: 'POST',
      uri: '/x',
      credential: mufasa,
      cnonce: 'zz',
    });
    expect(header).toMatch(/^Digest username="Mufasa"/);
    expect(header).not.toMatch(/qop|cnonce|nc=/);
  });

  it('puts the client nonce into the session variant', () => {
    const request = { method: 'GET', uri: '/', credential: mufasa, cnonce: 'c1' };
    const plain = answer('Digest realm="r", nonce="n", qop="auth", algorithm=MD5', request);
    const session = answer('Digest realm="r", nonce="n", qop="auth", algorithm=MD5-sess', request);
    expect(responseOf(session)).not.toBe(responseOf(plain));
    expect(session).toContain('algorithm=MD5-sess');
  });

  it.each([
    ['Basic, which would hand over the password', 'Basic realm="x"'],
    ['auth-int only', 'Digest realm="x", nonce="1", qop="auth-int"'],
    ['an unknown algorithm', 'Digest realm="x", nonce="1", algorithm=ROT13'],
    ['no nonce', 'Digest realm="x"'],
    ['a control character in the realm', 'Digest realm="x\ry", nonce="1"'],
  ])('refuses %s', (_what, challenge) => {
    expect(chooseDigest(parseChallenges(challenge))).toBeUndefined();
  });

  it('escapes quotes in user names and refuses those no header can carry', () => {
    const request = (user: string): DigestRequest => ({ method: 'GET', uri: '/', credential: { user, password: 'p' }, cnonce: 'c' });
    expect(answer('Digest realm="r", nonce="n"', request('a"b\\c'))).toContain('username="a\\"b\\\\c"');
    expect(answer('Digest realm="r", nonce="n"', request('a\r\nX: y'))).toBeUndefined();
    expect(answer('Digest realm="r", nonce="n"', request('a:b'))).toBeUndefined();
    expect(answer('Digest realm="r", nonce="n"', request('ü'))).toContain('username="\u00c3\u00bc"');
  });
});
