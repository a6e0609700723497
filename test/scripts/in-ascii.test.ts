import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { inAscii } from '../../scripts/in-ascii.ts';

/** What a script says, as it is and in ASCII. */
function both(code: string): readonly [unknown, unknown] {
  const ascii = inAscii(code);
  expect(ascii).toMatch(/^[\0-\x7f]*$/);
  return [runInNewContext(code), runInNewContext(ascii)];
}

describe('scripts/in-ascii', () => {
  it.each([
    ['a text', "'Überwachung – caméra 摄像头 🎥'"],
    ['a template', '`ä${1 + 1}ö`'],
    ['a class of letters', "/^[à-ÿ]+$/.test('é') && !/^[à-ÿ]+$/.test('e')"],
    ['a class of letters beyond the first plane', "/^[😀-🙏]$/u.test('😃')"],
    ['a name', '(() => { const größe = 3; return größe; })()'],
    ['a comment', '/* … */ 7'],
    ['two backslashes before the letter', String.raw`'a\\é'`],
  ])('%s means the same', (_what, code) => {
    const [plain, ascii] = both(code);
    expect(ascii).toBe(plain);
    expect(plain).not.toBeUndefined();
  });

  it.each([
    ['one backslash', String.raw`'\é'`],
    ['three backslashes', String.raw`'\\\é'`],
  ])('%s before the letter are refused: the escape would lose its own', (_what, code) => {
    expect(() => inAscii(code)).toThrow(/backslash before a letter/);
  });

  it('a raw text is refused: an escape in it is no letter', () => {
    expect(() => inAscii('String.raw`é`')).toThrow(/String\.raw/);
  });
});
