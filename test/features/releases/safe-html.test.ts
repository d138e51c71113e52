import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeHtml } from '../../../src/features/releases/safe-html.ts';

describe('notes', () => {
  test.each([
    '<p>&nbsp;</p>\r\n\r\n<p><strong>V3.9.9 更新内容 :</strong></p>\r\n<p><br />\r\n1、输入框</p>',
    '<ul>\n<li>a</li>\n</ul><hr><h2>b</h2><blockquote><code>c</code></blockquote>',
    '<a href="https://a.example/x?y=1&amp;z=2">d</a>',
    'a < b',
  ])('go out as they are where they only say something: %j', (html) => {
    expect(safeHtml(html).replaceAll('&lt;', '<')).toBe(html);
  });

  test.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['<p onclick="x()">a</p>', '<p>a</p>'],
    ['<P STYLE="x">a</P>', '<p>a</p>'],
    ['<a href="javascript:x()">a</a>', '<a>a</a>'],
    ['<a onclick="x()" href="https://a.example">a</a>', '<a href="https://a.example">a</a>'],
    ['<img src=x onerror=x()>', '&lt;img src=x onerror=x()&gt;'],
    ['<scr<script>ipt>', '&lt;scr&lt;script&gt;ipt>'],
    ['<script', '&lt;script'],
    ['<svg/onload=x()>', '&lt;svg/onload=x()&gt;'],
    ['<p/onclick=x()>', '<p>'],
    ['<p title="a>b">', '<p>b">'],
    ['<!--<script>-->', '&lt;!--&lt;script&gt;--&gt;'.replace('--&gt;', '-->')],
  ])('lose what acts: %j', (html, safe) => {
    expect(safeHtml(html)).toBe(safe);
  });

  test('have no other tag than these, whatever they are made of, and are the same the second time', () => {
    const pieces = fc.constantFrom(
      ...[
        '<',
        '>',
        '/',
        '"',
        "'",
        ' ',
        '=',
        'script',
        'p',
        'a',
        'href',
        'https://a',
        'onclick',
        'svg',
        '!--',
        '&lt;',
      ],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const safe = safeHtml(parts.join(''));
        for (const [tag] of safe.matchAll(/<[^>]*>?/g))
          expect(tag).toMatch(/^<(?:\/?(?:p|a)|p \/|p\/|a href="https:\/\/[^"<>\s]+")>$|^<\/?p ?\/?>$/);
        expect(safeHtml(safe)).toBe(safe);
      }),
    );
  });
});
