import { describe, expect, test } from 'vitest';
import { cleanFileName } from '../../src/core/text/file-name.ts';
import { readDisposition } from '../../src/http/disposition.ts';

describe('a file’s name in a form', () => {
  const star = "filename*=UTF-8''%E5%8A%B3%E5%8A%A8.gif";
  test.each([
    ['filename="a.gif"', 'a.gif'],
    ['filename=a.gif', 'a.gif'],
    [' FileName = "a.gif" ', 'a.gif'],
    ['filename="031汉堡包漢堡包, 汉堡.gif"', '031汉堡包漢堡包, 汉堡.gif'],
    ['filename="a;b=c.gif"', 'a;b=c.gif'],
    [String.raw`filename="a\"b.gif"`, 'a"b.gif'],
    [String.raw`filename="C:\\图\\图片.GIF"`, '图片.GIF'],
    [String.raw`filename="C:\图\图片.GIF"`, '图片.GIF'],
    ['filename="../../etc/passwd"', 'passwd'],
    [star, '劳动.gif'],
    [`filename="__.gif"; ${star}`, '劳动.gif'],
    [`${star}; filename="__.gif"`, '劳动.gif'],
    [`FILENAME*=utf-8'zh'%e5%8a%b3.gif; filename=x`, '劳.gif'],
    ["filename*=iso-8859-1'en'%A3.gif", '£.gif'],
    ["filename*=GBK''%B2%E8.gif", '茶.gif'],
    ["filename*=UTF-8''..%2F..%5Ca%00b%E2%80%AE.gif", 'ab.gif'],
    // Broken ones leave the other.
    ["filename=a.gif; filename*=UTF-8''%E5%8", 'a.gif'],
    ["filename=a.gif; filename*=UTF-8''%FF", 'a.gif'],
    ["filename=a.gif; filename*=nonsense''b.gif", 'a.gif'],
    ['filename=a.gif; filename*=b.gif', 'a.gif'],
    ['filename=""', ''],
    ['', undefined],
    ['filename', undefined],
  ])('%s is %s', (parameters, fileName) => {
    for (const header of [`form-data; name="f"; ${parameters}`, `form-data; ${parameters}; name=f`])
      expect(readDisposition(header)).toEqual({ name: 'f', fileName });
  });

  test('is nothing where the part is no form’s', () => {
    expect(readDisposition('attachment; name=f')).toBeUndefined();
    expect(readDisposition('')).toBeUndefined();
  });
});

test('a name has no folders, no characters that cannot be seen, and an end', () => {
  expect(cleanFileName(' a\u202egpj\u2066.\u0007exe\r\n')).toBe('agpj.exe');
  expect(['..', '.', 'a/..', '', '/'].map(cleanFileName)).toEqual(['', '', '', '', '']);
  expect(cleanFileName('👨‍👩‍👧.png')).toBe('👨‍👩‍👧.png');
  expect(cleanFileName('😀'.repeat(200))).toHaveLength(255);
  expect(cleanFileName('😀'.repeat(200)).isWellFormed()).toBe(true);
});
