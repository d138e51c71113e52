import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATHS, pageOf } from '../../src/console/paths.ts';
import { type Person, person, type TestApp, testApp } from '../support/app.ts';
import { browse, fieldsIn, type Somebody, somebody } from '../support/console.ts';
import { SANDBOX } from '../support/operators.ts';

let app: TestApp;
let owner: Somebody;
let li: Person;
beforeAll(async () => {
  app = await testApp();
  owner = await somebody(app, 'owner');
  li = await person(app);
});
afterAll(() => app.close());

const ban = pageOf('users.ban');
const banPage = (user = li.id) => `${ban}?user=${user}`;
const acts = async () => Number((await app.sql('SELECT count(*) FROM audit'))[0]?.[0]);

describe('a form does nothing', () => {
  const full = { _sure: 'true', reason: 'spam' };
  const EVIL = 'https://evil.example';
  test.each([
    ['without its token', { ...full, _token: '' }, {}],
    ['with another token', { ...full, _token: 'x'.repeat(43) }, {}],
    ['from another origin', full, { origin: EVIL }],
    ['from an origin that the browser hides', full, { origin: 'null' }],
    ['from another site, as the browser says', full, { headers: { 'sec-fetch-site': 'cross-site' } }],
    ['from a neighbour of the same site', full, { headers: { 'sec-fetch-site': 'same-site' } }],
    ['as JSON', full, { headers: { 'content-type': 'application/json' } }],
    ['as plain text', full, { headers: { 'content-type': 'text/plain' } }],
  ] as const)('%s', async (_, fields, browsing) => {
    const before = await acts();
    const { status } = await owner.post(
      ban,
      {
        ...fieldsIn(await owner.get(banPage())),
        ...fields,
      },
      browsing,
    );
    expect([403, 415]).toContain(status);
    expect(await acts()).toBe(before);
  });

  test('with the token of another session', async () => {
    const support = await somebody(app, 'moderator');
    const theirs = fieldsIn(await support.get(banPage()));
    const before = await acts();
    expect((await owner.post(ban, { ...theirs, ...full })).status).toBe(403);
    expect(await acts()).toBe(before);
  });

  test('with no cookie: it comes to the login', async () => {
    const fields = fieldsIn(await owner.get(banPage()));
    const { status, location } = await browse(app, ban, '', { ...fields, ...full });
    expect([status, location]).toEqual([303, PATHS.login]);
  });
});

test('a dangerous act asks twice, and is done once however often its form comes', async () => {
  const first = await owner.send(banPage(), { reason: 'spam <b>' });
  expect(first.status).toBe(200);
  expect(first.text).toContain('Are you sure?');
  expect(first.text).toContain('spam &lt;b&gt;');
  const before = await acts();
  const fields = fieldsIn(first);
  expect(fields).toMatchObject({ user: String(li.id), reason: 'spam <b>', _sure: 'true' });
  const done = await owner.post(ban, fields);
  expect(done.status).toBe(200);
  expect(done.text).toContain('class="good"');
  const again = await owner.post(ban, fields);
  expect([again.status, again.text.includes('by the same form')]).toEqual([200, true]);
  expect(await acts()).toBe(before + 1);
  const other = await owner.send(banPage(), { reason: 'spam', _sure: 'true' });
  expect(other.status).toBe(409);
  expect(other.text).toContain(`User ${li.id} is disabled already.`);
  expect((await owner.send(banPage(), { reason: 'x', _sure: 'true' }, { language: 'zh' })).text).toContain(
    `用户 ${li.id} 已经停用。`,
  );
});

test('an act goes back to where it was asked for, which alone says that it was done', async () => {
  const { id } = await person(app);
  const back = `${PATHS.person}?user=${id}`;
  const from = `${banPage(id)}&_back=${encodeURIComponent(back)}`;
  const { status, location = '' } = await owner.send(from, { reason: 'spam', _sure: 'true' });
  expect(status).toBe(303);
  expect(location.startsWith(`${back}&_done=users.ban`)).toBe(true);
  expect((await owner.get(location)).text).toContain(`Done: Users · Ban, ${id}.`);
  expect((await owner.get(location.replace(/_on=\d+/, '_on=1'))).text).not.toContain('Done:');
  for (const elsewhere of [
    'https://evil.example/admin',
    '//evil.example/admin',
    '/adminx',
    '/admin/../x',
    '/docs',
  ]) {
    const { text } = await owner.get(`${banPage(id)}&_back=${encodeURIComponent(elsewhere)}`);
    expect([elsewhere, /name="_back"/.test(text)]).toEqual([elsewhere, false]);
  }
});

test('what is wrong stands at its field, and what was typed stays', async () => {
  const { status, text } = await owner.send(banPage(), { user: '12x', reason: 'because' });
  expect(status).toBe(400);
  expect(text).toMatch(
    /<input[^>]*name="user"[^>]*aria-invalid="true"[^>]*value="12x"|<input[^>]*name="user"[^>]*value="12x"/,
  );
  expect(text).toContain('id="f-user-bad"');
  expect(text).toContain('>because</textarea>');
  const unsaid = await owner.send(banPage(), { _sure: 'true' });
  expect(unsaid.text).toContain('id="f-reason-bad"');
});

test('what is told once is not kept for a second send', async () => {
  const page = await owner.get(pageOf('operators.add'));
  const fields = { ...fieldsIn(page), operator: 'wang', role: 'viewer' };
  const first = await owner.post(pageOf('operators.add'), fields);
  expect(first.text).toContain('/admin/invitation?code=thi_');
  const again = await owner.post(pageOf('operators.add'), fields);
  expect(again.status).toBe(200);
  expect(again.text).not.toContain('thi_');
});

test('every page forbids what it does not need, and is kept by nobody', async () => {
  for (const path of [PATHS.login, PATHS.today, ban, pageOf('reports.list')]) {
    const { headers } = await owner.get(path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }
  const { text } = await owner.get(PATHS.today);
  expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style|javascript:/i);
});

test('nothing that a user has written becomes markup', async () => {
  const bad = await person(app);
  await bad.call('/chat/updateProfile', { nickName: `<img src=x onerror=alert(1)>"'` });
  const { text } = await owner.get(`${PATHS.person}?user=${bad.id}`);
  expect(text).not.toContain('<img');
});

test('the language is the one that was chosen, else the browser’s', async () => {
  expect(
    (await browse(app, PATHS.login, '', undefined, { language: 'en-GB,en;q=0.9,zh;q=0.8' })).text,
  ).toContain('lang="en"');
  expect((await browse(app, PATHS.login, '', undefined, { language: 'zh-TW' })).text).toContain(
    'lang="zh-CN"',
  );
  expect((await browse(app, PATHS.login, '', undefined, { language: 'fr' })).text).toContain('lang="zh-CN"');
  const chosen = await browse(app, PATHS.language, '', { language: 'en', back: PATHS.login });
  expect([chosen.status, chosen.location]).toEqual([303, PATHS.login]);
  expect((await browse(app, PATHS.login, chosen.cookie, undefined, { language: 'zh' })).text).toContain(
    'lang="en"',
  );
});

test('a method that a page does not take, and a path that is none', async () => {
  const at = async (path: string, method: string) =>
    (await app.fetch(new Request(SANDBOX + path, { method, headers: { cookie: owner.cookie } }))).status;
  expect(await at(PATHS.today, 'DELETE')).toBe(405);
  expect(await at(PATHS.logout, 'GET')).toBe(405);
  expect(await at('/admin/nothing', 'GET')).toBe(404);
  expect(await at('/admin/assets/console.000000000000.css', 'GET')).toBe(404);
});
