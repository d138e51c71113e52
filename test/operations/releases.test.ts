import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { notesHtml } from '../../src/operations/releases/notes.ts';
import { person, type TestApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { type Meeting, meeting } from '../support/barrier.ts';
import { freshDatabase } from '../support/database.ts';
import { operate, operatedApp } from '../support/operate.ts';

let app: TestApp;
let met: Meeting;
beforeEach(async () => {
  met = meeting((await freshDatabase()).executor);
  app = await operatedApp({ executor: met.executor });
});
afterEach(() => app.close());

const owner = (name: string, given: object) => operate(app, 'owner', name, given);
/** What apps are offered; the answer is kept for a second. */
const offered = async (device: number, curversion = '0.0.1') => {
  app.clock.advance(1001);
  return (await app.call('/getVersion', { device, curversion })).data;
};
const URL = 'https://dl.example/app-4.0.apk';

describe('a release', () => {
  test('is offered to apps that have an older one, until it is withdrawn', async () => {
    const notes = '**4.0**\n1、新增茶谱\n2、修复';
    const { status, body } = await owner('releases.publish', {
      platform: 'ios',
      version: '4.0',
      url: URL,
      bytes: 123,
      notes,
      required: true,
    });
    expect([status, body]).toMatchObject([200, { done: true, version: '4.0' }]);
    expect(await offered(2)).toMatchObject({
      id: body.on,
      versions: '4.0',
      url: URL,
      fileSize: '123',
      isUpdate: '1',
      content: '<p><strong>4.0</strong><br>1、新增茶谱<br>2、修复</p>',
    });
    expect((await offered(2, '4.0')).info).toBe('已经是最新版本');
    const second = await owner('releases.publish', { platform: 'ios', version: '4.0.1', url: URL });
    expect((await offered(2)).versions).toBe('4.0.1');
    expect((await owner('releases.withdraw', { release: Number(second.body.on) })).status).toBe(200);
    expect((await offered(2)).versions).toBe('4.0');
    expect((await owner('releases.withdraw', { release: Number(second.body.on) })).status).toBe(409);
    const { rows } = (await operate(app, 'viewer', 'releases.list')).body;
    expect(rows.map(({ version, state }: Record<string, string>) => [version, state])).toEqual([
      ['4.0.1', 'withdrawn'],
      ['4.0', 'offered'],
      ['3.9.9', 'offered'],
    ]);
    const history = await operate(app, 'viewer', 'catalogue.history', { subject: 'release' });
    expect(history.body.total).toBe(3);
  });

  test('is an upload that is served, wherever the server is', async () => {
    const key = '1764000000000_abcdefghijklmnopqrstuv.apk';
    const publish = () =>
      owner('releases.publish', { platform: 'pc', version: '1.0', upload: `https://x/upload/${key}` });
    expect([(await publish()).status, (await publish()).body.message]).toEqual([
      409,
      'There is no such upload that is served.',
    ]);
    await app.executor.write([
      change(
        "INSERT INTO uploads (key, bytes, sha256, content_type, made_at, state_since, named_at) VALUES (?, 77, '', 'application/octet-stream', 0, 0, 0)",
        key,
      ),
    ]);
    expect((await publish()).status).toBe(200);
    expect(await offered(3)).toMatchObject({
      file: `upload/${key}`,
      fileSize: '77',
      url: `http://127.0.0.1:8787/upload/${key}`,
    });
  });

  test('is newer than the one that is offered, and of two at once one is published', async () => {
    const publish = (version: string) => owner('releases.publish', { platform: 'web', version, url: URL });
    met.hold(2);
    const both = await Promise.all([publish('2.0'), publish('2.0')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    for (const version of ['2.0', '1.9.9', '2.0.0']) {
      const { body } = await publish(version);
      expect(body.message).toBe(`Version 2.0 is offered, and ${version} is not newer: withdraw that first.`);
    }
    expect((await publish('2.0.1')).status).toBe(200);
  });

  test.each([
    [{ version: 'v2' }, 'version'],
    [{ version: '1.2.3.4.5' }, 'version'],
    [{ url: 'http://dl.example/a' }, 'url'],
    [{ url: 'javascript:alert(1)//https://' }, 'url'],
    [{ url: 'https://a.example/"><script>' }, 'url'],
    [{ upload: 'x' }, 'url'],
    [{ notes: 'x'.repeat(20_001) }, 'notes'],
    [{ platform: 'tv' }, 'platform'],
    [{ bytes: 0 }, 'bytes'],
  ])('is none: %#', async (wrong, member) => {
    const given = { platform: 'ios', version: '4.0', url: URL, ...wrong };
    const { status, body } = await owner('releases.publish', given);
    expect([status, body.member]).toEqual([400, member]);
  });

  test('is the owner’s alone', async () => {
    const li = await person(app);
    for (const as of ['finance', 'moderator', 'support', 'viewer', li.token]) {
      const { status } = await operate(app, as, 'releases.publish', {
        platform: 'ios',
        version: '4.0',
        url: URL,
      });
      expect([401, 403], as).toContain(status);
    }
    expect((await offered(2)).info).toBe('已经是最新版本');
  });
});

describe('notes', () => {
  test('are Markdown whose HTML is text, and links lead to pages alone', () => {
    expect(notesHtml('# 新\n- a\n- b')).toBe('<h1>新</h1>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>');
    expect(notesHtml('<script>x</script>\n\n<b onclick=x>y</b>')).not.toMatch(/<script|<b\b/);
    expect(notesHtml('[a](https://a.example) [b](javascript:x) ![c](https://a.example/c.png)')).toBe(
      '<p><a href="https://a.example">a</a> <a>b</a> c</p>',
    );
    expect(notesHtml('')).toBe('');
  });

  test.each([
    ['1. a\n2. b\n   - c\n\nd', '<ol>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul></li>\n</ol>\n<p>d</p>'],
    ['> a\n\n---', '<blockquote>\n<p>a</p>\n</blockquote>\n<hr>'],
    ['```\n<b>*x*\n```', '<pre><code>&lt;b&gt;*x*</code></pre>'],
    [
      '*a* __b__ ~~c~~ `**d**` e_f_g 2 * 3',
      '<p><em>a</em> <strong>b</strong> <del>c</del> <code>**d**</code> e_f_g 2 * 3</p>',
    ],
    [
      '[**a**](https://a.example/?x=1&y=2)',
      '<p><a href="https://a.example/?x=1&amp;y=2"><strong>a</strong></a></p>',
    ],
    ['看 https://a.example/b。', '<p>看 <a href="https://a.example/b">https://a.example/b</a>。</p>'],
    ['0、一\r\n1、二', '<p>0、一<br>1、二</p>'],
  ])('%j', (notes, html) => {
    expect(notesHtml(notes)).toBe(html);
  });

  test('of any text act in no way, and lose none of its words', () => {
    const pieces = fc.constantFrom(
      '*',
      '_',
      '`',
      '[',
      ']',
      '(',
      ')',
      '<',
      '>',
      '# ',
      '- ',
      '\n',
      '  ',
      'ab',
      'https://a.b',
      '\u0000',
      '!',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const html = notesHtml(parts.join(''));
        expect(html).not.toMatch(/<(?!\/?(?:p|br|hr|strong|em|del|ul|ol|li|blockquote|code|pre|h1|a)\b)/);
        expect(html).not.toContain('\u0000');
        const count = parts.filter((part) => part === 'ab').length;
        expect(html.split('ab').length - 1).toBeGreaterThanOrEqual(count);
      }),
    );
  });

  test('that somebody has put into the database act no more than others', async () => {
    await app.executor.write([
      change(
        "INSERT INTO releases (id, device, version, content, url, created_at) VALUES (900, 4, '9', '<p>a</p><script>alert(1)</script>', 'https://x', 1)",
      ),
    ]);
    expect((await offered(4)).content).toBe('<p>a</p>&lt;script&gt;alert(1)&lt;/script&gt;');
  });
});
