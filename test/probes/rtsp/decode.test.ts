import { describe, expect, it } from 'vitest';
import { decodeRtsp } from '../../../probes/rtsp/decode.ts';
import { fieldsOf, WRONG_RESPONSES } from '../fields-of.ts';
import { survivesHostileInput } from '../hostile.ts';

const decode = (response: Readonly<Record<string, unknown>>): Record<string, string[]> => fieldsOf(decodeRtsp, 'rtsp', response);
const bytes = (text: string | Uint8Array): { bytes: string } => ({
  bytes: Buffer.from(typeof text === 'string' ? Buffer.from(text, 'latin1') : text).toString('base64'),
});

// Built after the answers in nmap-service-probes and captures in retina and gortsplib (header order, two blanks after `Date:`, no Server header).
const OPTIONS =
  'RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE, PLAY, PAUSE, SETUP, TEARDOWN, SET_PARAMETER, GET_PARAMETER\r\nDate:  Thu, May 14 2020 16:45:35 GMT\r\n\r\n';
const DESCRIBE =
  'RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Digest realm="IP Camera(12345)", nonce="00112233445566778899aabbccddeeff", stale="FALSE"\r\nWWW-Authenticate: Basic realm="IP Camera(12345)"\r\n\r\n';
const SDP_BODY = 'v=0\r\ns=Media Presentation\r\ne=NONE\r\na=control:*\r\na=range:npt=0-\r\n';
const PLAYABLE = `RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Base: rtsp://192.0.2.7:554/Streaming/Channels/101/\r\nContent-Length: ${SDP_BODY.length}\r\n\r\n${SDP_BODY}`;

describe('probes/rtsp/decode', () => {
  it('reads an OPTIONS answer, the second blank of its date included', () => {
    expect(decode(bytes(OPTIONS))).toEqual({
      'rtsp.status': ['200'],
      'rtsp.header.cseq': ['1'],
      'rtsp.header.public': ['OPTIONS, DESCRIBE, PLAY, PAUSE, SETUP, TEARDOWN, SET_PARAMETER, GET_PARAMETER'],
      'rtsp.header.date': ['Thu, May 14 2020 16:45:35 GMT'],
      'rtsp.header-names': ['CSeq,Public,Date'],
      'rtsp.public': ['OPTIONS, DESCRIBE, PLAY, PAUSE, SETUP, TEARDOWN, SET_PARAMETER, GET_PARAMETER'],
      'rtsp.date-form': ['mon-dd-yyyy-two-blanks'],
    });
  });

  it('reads the second blank in a structured recording too', () => {
    const forms = [' Thu, May 14 2020 16:45:35 GMT', 'Thu, May 14 2020 16:45:35 GMT'].map(
      (date) => decode({ headers: [['Date', date]] })['rtsp.date-form'],
    );
    expect(forms).toEqual([['mon-dd-yyyy-two-blanks'], ['mon-dd-yyyy']]);
  });

  it('reads a challenge', () => {
    expect(decode(bytes(DESCRIBE))).toMatchObject({
      'rtsp.status': ['401'],
      'rtsp.auth.scheme': ['digest', 'basic'],
      'rtsp.auth.realm': ['IP Camera(12345)', 'IP Camera(12345)'],
      'rtsp.auth.nonce-form': ['hex32'],
      'rtsp.auth.params': ['realm,nonce,stale'],
    });
  });

  it('reads SDP lines and the Content-Base path, from bytes and structured', () => {
    const expected = {
      'rtsp.content-base.path': ['/Streaming/Channels/101/'],
      'rtsp.sdp.s': ['Media Presentation'],
      'rtsp.sdp.e': ['NONE'],
      'rtsp.sdp.a': ['control:*', 'range:npt=0-'],
    };
    expect(decode(bytes(PLAYABLE))).toMatchObject(expected);
    expect(decode({ status: 200, headers: [['content-base', 'rtsp://h/Streaming/Channels/101/']], body: SDP_BODY })).toMatchObject(
      expected,
    );
  });

  it('folds blanks inside Public', () => {
    expect(decode({ headers: [['Public', 'OPTIONS,  DESCRIBE,\t PLAY']] })['rtsp.public']).toEqual(['OPTIONS, DESCRIBE, PLAY']);
  });

  it.each(['HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n', 'SSH-2.0-x\r\n', '\u0000\u0001', ''])('makes nothing of %j', (answer) => {
    expect(decode(bytes(answer))).toEqual({});
  });

  it.each(WRONG_RESPONSES)('does not trip over %j', (response) => {
    expect(Array.isArray(decodeRtsp({ id: 'r', from: { address: '' }, protocol: 'rtsp', response }))).toBe(true);
  });

  it('reads every beginning of an answer', () => {
    for (const whole of [OPTIONS, DESCRIBE, PLAYABLE]) {
      for (let length = 0; length <= whole.length; length++) {
        expect(['200', '401', undefined]).toContain(decode(bytes(whole.slice(0, length)))['rtsp.status']?.[0]);
      }
    }
  });

  survivesHostileInput(
    decodeRtsp,
    'rtsp',
    [OPTIONS, DESCRIBE, PLAYABLE].map((text) => Buffer.from(text, 'latin1')),
  );
});
