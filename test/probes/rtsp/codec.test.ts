import { describe, expect, it } from 'vitest';
import { dateForm, encodeRtspRequest, parseSdp, rtspUrl, urlPath } from '../../../probes/rtsp/codec.ts';
import { mutate, randomFrom } from '../mutate.ts';

describe('probes/rtsp/codec', () => {
  it('encodes OPTIONS and DESCRIBE, CSeq spelled as in RFC 2326', () => {
    const encode = (method: 'OPTIONS' | 'DESCRIBE'): string =>
      Buffer.from(encodeRtspRequest({ method, url: 'rtsp://192.0.2.7:554/', sequence: 1, userAgent: 'Camsweep/1\r\nX: y' })).toString();
    expect(encode('OPTIONS')).toBe('OPTIONS rtsp://192.0.2.7:554/ RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: Camsweep/1X: y\r\n\r\n');
    expect(encode('DESCRIBE')).toBe(
      'DESCRIBE rtsp://192.0.2.7:554/ RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: Camsweep/1X: y\r\nAccept: application/sdp\r\n\r\n',
    );
  });

  it('writes IPv6 addresses in brackets, without zone', () => {
    expect([rtspUrl('192.0.2.7', 554), rtspUrl('fe80::1%eth0', 8554)]).toEqual(['rtsp://192.0.2.7:554/', 'rtsp://[fe80::1]:8554/']);
  });

  // Forms after nmap-service-probes and captures in retina and gortsplib; the value is what follows `Date:` and one blank.
  it.each([
    ['Thu, May 14 2020 16:45:35 GMT', 'mon-dd-yyyy'],
    [' Thu, May 14 2020 16:45:35 GMT', 'mon-dd-yyyy-two-blanks'],
    ['Sat, Aug  6 2014 02:22:28 GMT', 'mon-dd-yyyy'],
    ['Thu, 14 May 2020 16:45:35 GMT', 'rfc1123'],
    [' Thu, 14 May 2020 16:45:35 GMT', 'other'],
    ['  Thu, May 14 2020 16:45:35 GMT', 'other'],
    ['2020-05-14T16:45:35Z', 'other'],
    ['', 'other'],
  ])('date form of %j is %s', (value, form) => {
    expect(dateForm(value)).toBe(form);
  });

  it.each([
    ['rtsp://192.0.2.7:554/cam/realmonitor?channel=1', '/cam/realmonitor?channel=1'],
    ['rtsp://192.0.2.7', '/'],
    ['RTSPS://[2001:db8::1]:322/a', '/a'],
    ['/a/b', '/a/b'],
    ['http://192.0.2.7/a', undefined],
    ['trackID=1', undefined],
    ['', undefined],
  ])('path of %j', (url, path) => {
    expect(urlPath(url)).toBe(path);
  });

  it('reads SDP lines, and nothing that is not SDP', () => {
    expect(parseSdp('v=0\r\no=- 1 1 IN IP4 0.0.0.0\ns=Media Presentation\r\ne=NONE\r\nnonsense\r\na=control:*\r\nA=x')).toEqual([
      { letter: 'v', value: '0' },
      { letter: 'o', value: '- 1 1 IN IP4 0.0.0.0' },
      { letter: 's', value: 'Media Presentation' },
      { letter: 'e', value: 'NONE' },
      { letter: 'a', value: 'control:*' },
    ]);
    expect(parseSdp('<html>s=x</html>')).toEqual([]);
    expect(parseSdp(`v=0\n${'a=b\n'.repeat(5000)}`)).toHaveLength(100);
  });

  it.each([41])('survives mutated SDP, seed %i', (seed) => {
    const random = randomFrom(seed);
    const sdp = Buffer.from('v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=x\r\nm=video 0 RTP/AVP 96\r\n');
    for (let round = 0; round < 1000; round++) {
      const text = Buffer.from(mutate(sdp, random)).toString('latin1');
      for (const { letter } of parseSdp(text)) expect(letter).toMatch(/^[a-z]$/);
      dateForm(text);
      urlPath(text);
    }
  });
});
