import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../probes/auth-challenge.ts';

const brief = (value: string): unknown => parseChallenges(value).map(({ scheme, params }) => [scheme, params]);

describe('probes/auth-challenge', () => {
  it('keeps names as spelled and in order, and the challenge as sent', () => {
    // Shape of a recorded camera challenge (recorded 401 answers (MissiaL/hikvision-client)), values ours.
    const value = 'Digest qop="auth", realm="IP Camera(12345)", nonce="00ff", stale="FALSE"';
    expect(parseChallenges(value)).toEqual([
      {
        raw: value,
        scheme: 'digest',
        names: ['qop', 'realm', 'nonce', 'stale'],
        params: { qop: 'auth', realm: 'IP Camera(12345)', nonce: '00ff', stale: 'FALSE' },
      },
    ]);
  });

  it.each([
    [
      'several in one line',
      'Digest realm="a", nonce="b", Basic realm="c"',
      [
        ['digest', { realm: 'a', nonce: 'b' }],
        ['basic', { realm: 'c' }],
      ],
    ],
    ['a scheme name inside quotes', 'Digest realm="a, Basic b", nonce="x"', [['digest', { realm: 'a, Basic b', nonce: 'x' }]]],
    ['unquoted text with a blank', 'Basic realm=IP Camera', [['basic', { realm: 'IP Camera' }]]],
    ['unquoted, no commas', 'Digest realm=a b nonce=c', [['digest', { realm: 'a b', nonce: 'c' }]]],
    ['quoted, no commas', 'Digest realm="a" nonce="b"stale=FALSE', [['digest', { realm: 'a', nonce: 'b', stale: 'FALSE' }]]],
    ['blanks around the equals sign', 'Digest realm = "a" , nonce = b', [['digest', { realm: 'a', nonce: 'b' }]]],
    ['a quote never closed', 'Digest realm="open', [['digest', { realm: 'open' }]]],
    ['escaped quotes', 'Basic realm="a\\"b"', [['basic', { realm: 'a"b' }]]],
    [
      'no comma between challenges',
      'Digest realm="a" Basic realm="b"',
      [
        ['digest', { realm: 'a' }],
        ['basic', { realm: 'b' }],
      ],
    ],
    [
      'bare schemes',
      'Negotiate, NTLM',
      [
        ['negotiate', {}],
        ['ntlm', {}],
      ],
    ],
    [
      'token68',
      'NTLM TlRMTVNTUAAC, Basic realm="x"',
      [
        ['ntlm', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    ['an unknown scheme', 'X-Own realm="a"', [['x-own', { realm: 'a' }]]],
    ['a repeated parameter: the first counts', 'Basic realm="a", realm="b"', [['basic', { realm: 'a' }]]],
    ['an empty value', 'Digest realm="", opaque="", domain="::"', [['digest', { realm: '', opaque: '', domain: '::' }]]],
    ['a hostile name', 'Digest __proto__="x"', [['digest', {}]]],
    ['no scheme at all', 'realm="a"', []],
    ['nothing', ' ', []],
    ['punctuation', '"=,;"', []],
  ])('%s', (_title, value, expected) => {
    expect(brief(value)).toEqual(expected);
  });

  it('stays bounded on long and repetitive input', () => {
    for (const piece of ['a', 'a ', 'a=', '"', '\\"', 'Digest ', 'x="y",', 'x y=', ', ', '= ']) {
      const challenges = parseChallenges(`Digest ${piece.repeat(200_000)}`);
      expect(challenges.length).toBeLessThanOrEqual(10);
      for (const { names } of challenges) expect(names.length).toBeLessThanOrEqual(40);
    }
  });
});
