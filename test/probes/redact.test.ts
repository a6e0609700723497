import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseHttpMessage } from '../../probes/http-message.ts';
import { secretsOf, withoutSecrets } from '../../probes/redact.ts';

const LOGIN = { user: 'inventory', password: 'Pä55 & <word>' };
const none = new Uint8Array();

function redacted(answer: string | Uint8Array, request: string | Uint8Array = none, login = LOGIN): string {
  return Buffer.from(withoutSecrets(Buffer.from(answer), secretsOf(Buffer.from(request), login))).toString('utf8');
}

describe('probes/redact', () => {
  it('blanks our own header, whole or in part, at the same length', () => {
    const header = 'Digest username="inventory", realm="r", nonce="n", uri="/", response="0123456789abcdef0123456789abcdef"';
    const request = `GET / HTTP/1.1\r\nHost: a\r\nAuthorization: ${header}\r\n\r\n`;
    for (const echo of [request, `you said ${header}.`, 'response was 0123456789abcdef0123456789abcdef!']) {
      const shown = redacted(echo, request);
      expect(shown).not.toMatch(/0123456789abcdef/);
      expect(shown).toHaveLength(echo.length);
      expect(shown).toMatch(/\*{32}/);
    }
    expect(redacted('token aW52ZW50b3J5OnNlY3JldA==', 'GET / HTTP/1.1\r\nAuthorization: Basic aW52ZW50b3J5OnNlY3JldA==\r\n\r\n')).toBe(
      `token ${'*'.repeat(24)}`,
    );
    expect(redacted('digest c29tZWRpZ2VzdA== came', '<Password Type="x">c29tZWRpZ2VzdA==</Password>')).toBe(
      `digest ${'*'.repeat(16)} came`,
    );
  });

  it('blanks the password in every spelling', () => {
    const { password } = LOGIN;
    const bytes = Buffer.from(password);
    const spellings = [
      password,
      bytes.toString('base64'),
      bytes.toString('hex'),
      encodeURIComponent(password),
      'Pä55 &amp; &lt;word&gt;',
      Buffer.from(`inventory:${password}`).toString('base64'),
    ];
    for (const spelling of spellings) expect(redacted(`<a>${spelling}</a>`), spelling).toMatch(/^<a>\*+<\/a>$/);
  });

  it('leaves an answer alone that repeats nothing, and a password too short to hide', () => {
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n<model>11</m';
    expect(redacted(answer)).toBe(answer);
    expect(redacted(answer, none, { user: 'a', password: '11' })).toBe(answer);
    const binary = Buffer.from([0xff, 0x00, 0x80, 0xc3, 0x28]);
    expect(Buffer.from(withoutSecrets(binary, ['secret']))).toEqual(binary);
  });

  it('blanks logins the device holds, and not what it says about them', () => {
    expect(redacted('<userName>bob</userName><password>pw</password><x:adminPassword a="1">pw2</x:adminPassword>')).toBe(
      '<userName>***</userName><password>**</password><x:adminPassword a="1">***</x:adminPassword>',
    );
    const about = '<isDefaultPassword>false</isDefaultPassword><supportUserName>true</supportUserName><model>M</model>';
    expect(redacted(about)).toBe(about);
  });

  it('finds them in chunked and packed answers too', () => {
    const head = 'HTTP/1.1 200 OK\r\nServer: x\r\n';
    const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n<pass\r\n13\r\nword>pw</password>\n\r\n0\r\n\r\n`;
    const packed = Buffer.concat([Buffer.from(`${head}Content-Encoding: gzip\r\n\r\n`), gzipSync('<password>pw</password>\n')]);
    for (const answer of [Buffer.from(chunked), packed]) {
      const { headers, body, status, bodyComplete } = parseHttpMessage(Buffer.from(redacted(answer)));
      expect(Buffer.from(body).toString()).toBe('<password>**</password>\n');
      expect([status, bodyComplete, headers[0]]).toEqual([200, true, ['Server', 'x']]);
    }
  });
});
