import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runJobs } from '../../src/jobs.ts';
import type { PushNotice } from '../../src/platform/push/push.ts';
import { sendPushes } from '../../src/realtime/push/send.ts';
import { wakeReaders } from '../../src/realtime/wake-readers.ts';
import { type Person, person, type TestApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { operate, operatedApp } from '../support/operate.ts';
import { onDevice } from '../support/realtime.ts';

const DAY = 24 * 3600 * 1000;
const [ANDROID, IOS] = [1, 2];

let app: TestApp;
let li: Person;
let wang: Person;
beforeEach(async () => {
  app = await operatedApp();
  [li, wang] = [await person(app, '李雷'), await person(app, '王二')];
});
afterEach(() => app.close());

const send = (given: object, headers = {}) =>
  operate(app, 'moderator', 'announcements.send', { reason: 'news', ...given }, headers);
const list = async () => (await operate(app, 'viewer', 'announcements.list')).body;
const sync = async (who: Pick<Person, 'call'>, after = 0) =>
  (await who.call('/im/sync', { after })).data.list as Record<string, string>[];
const texts = async (who: Pick<Person, 'call'>) => (await sync(who)).map(({ content }) => content);
const history = async (who: Pick<Person, 'call'>, more = {}) =>
  (await who.call('/im/history', { destType: 1, destId: 21501, ...more })).data;
const said = async (who: Pick<Person, 'call'>) =>
  ((await history(who)).list as { content: string }[]).map(({ content }) => content);

describe('an announcement to all', () => {
  test('is a text from the official account for everybody who has registered by then, stored once', async () => {
    const before = Number((await app.sql('SELECT count(*) FROM inbox'))[0]?.[0]);
    const { status, body } = await send({ to: 'all', text: ' 今晚维护\n两小时 ' });
    expect([status, body]).toMatchObject([200, { done: true, to: 'all', text: '今晚维护\n两小时' }]);
    expect(Number((await app.sql('SELECT count(*) FROM inbox'))[0]?.[0])).toBe(before + 1);
    const zhao = await person(app, '赵三');
    for (const who of [li, wang])
      expect((await sync(who)).at(-1)).toMatchObject({
        fromId: '21501',
        fromName: '官方通知',
        fromType: '1',
        destId: String(who.id),
        messageType: '2',
        content: '今晚维护\n两小时',
      });
    expect(await sync(zhao)).toEqual([]);
    expect(await said(zhao)).toEqual([]);
    expect(await said(li)).toEqual(['今晚维护\n两小时']);
  });

  test('is acknowledged by the same cursor, and counted once per person', async () => {
    await send({ to: 'all', text: '一' });
    const phone = await onDevice(app, li, IOS);
    expect((await list()).rows).toMatchObject([{ people: 2, got: 0, to: 'all', text: '一', standing: '' }]);
    const seq = Number((await sync(li)).at(-1)?.['seq']);
    await li.call('/im/ack', { seq });
    expect((await list()).rows[0].got).toBe(1);
    await li.call('/im/ack', { seq });
    await phone.call('/im/ack', { seq });
    expect((await list()).rows[0].got).toBe(1);
    expect((await li.call('/im/sync')).data.list).toEqual([]);
    await wang.call('/im/ack', { seq: seq - 1 });
    expect((await list()).rows[0].got).toBe(1);
    await wang.call('/im/ack', { seq: seq + 99 });
    expect((await list()).rows[0].got).toBe(2);
    // One who comes later passes the place, and is none of its readers.
    await (await person(app)).call('/im/ack', { seq });
    expect((await list()).rows[0].got).toBe(2);
  });

  test('wakes whoever waits for the next event', async () => {
    const waiting = li.call('/im/sync', { wait: 20 });
    await new Promise((soon) => setTimeout(soon, 50));
    await send({ to: 'all', text: '醒' });
    expect((await waiting).data.list.map(({ content }: { content: string }) => content)).toEqual(['醒']);
  });

  test('goes by age from the stream after 30 days, from the history after 90', async () => {
    await send({ to: 'list', users: `${li.id}`, text: '旧' });
    await operate(app, 'support', 'notices.send', { user: li.id, text: '人', reason: 'r' });
    app.clock.advance(31 * DAY);
    await runJobs(app.platform);
    expect([await texts(li), await said(li)]).toEqual([[], ['人', '旧']]);
    app.clock.advance(60 * DAY);
    await runJobs(app.platform);
    for (const table of ['announcements', 'announcement_targets', 'official_notices'])
      expect((await app.sql(`SELECT count(*) FROM ${table}`))[0]?.[0], table).toBe(0);
  });
});

describe('an announcement to some', () => {
  test('of a kind of device reaches that kind alone', async () => {
    const phone = await onDevice(app, li, IOS);
    await send({ to: 'ios', text: '新版' });
    expect([await texts(li), await texts(phone), await texts(wang)]).toEqual([[], ['新版'], []]);
    expect([await said(li), await said(phone), await said(wang)]).toEqual([[], ['新版'], []]);
    const after = Number((await li.call('/im/sync')).data.seq);
    await li.call('/im/ack', { seq: after });
    expect((await list()).rows[0]).toMatchObject({ to: 'ios', people: 1, got: 0 });
    await phone.call('/im/ack', { seq: after });
    expect((await list()).rows[0].got).toBe(1);
  });

  test('on a list reaches those who are on it and have an open account', async () => {
    const zhao = await person(app, '赵三');
    await operate(app, 'moderator', 'users.ban', { user: zhao.id, reason: 'r' });
    const users = `${li.id},${li.id}\n${zhao.id} 7；999999`;
    expect((await send({ to: 'list', users, text: '恭喜' })).status).toBe(200);
    expect([await texts(li), await texts(wang)]).toEqual([['恭喜'], []]);
    expect([await said(li), await said(wang)]).toEqual([['恭喜'], []]);
    expect((await list()).rows).toMatchObject([{ to: 'list', people: 1 }]);
    const nobody = await send({ to: 'list', users: '7 8', text: '无' });
    expect([nobody.status, nobody.body.message]).toEqual([409, 'Nobody on the list has an open account.']);
    expect((await list()).total).toBe(1);
  });

  test('takes ten thousand numbers, and refuses more, others, and a list that nobody asked for', async () => {
    const numbers = (count: number) => Array.from({ length: count }, (_, i) => li.id + i).join(' ');
    expect((await send({ to: 'list', users: numbers(10_000), text: '多' })).status).toBe(200);
    for (const given of [
      { to: 'list', users: numbers(10_001) },
      { to: 'list', users: '1,x' },
      { to: 'list', users: ' , ' },
      { to: 'list' },
      { to: 'all', users: '1' },
    ]) {
      const { status, body } = await send({ ...given, text: '多' });
      expect([status, body.member]).toEqual([400, 'users']);
    }
    expect((await send({ to: 'all', text: 'x'.repeat(2001) })).body.member).toBe('text');
    expect((await send({ to: 'all', text: 'a\u0000b' })).body.member).toBe('text');
    expect((await send({ to: 'fax', text: 'x' })).body.member).toBe('to');
  });
});

describe('operators', () => {
  test('see before what it would say, and how many it would reach', async () => {
    await onDevice(app, li, IOS);
    const zhao = await person(app);
    await app.executor.write([change('UPDATE users SET nick_folded = nick_name')]);
    await operate(app, 'moderator', 'users.ban', { user: zhao.id, reason: 'r' });
    const people = async (given: object) =>
      (await operate(app, 'moderator', 'announcements.preview', { text: ' 茶 ', ...given })).body;
    expect(await people({ to: 'all' })).toEqual({ to: 'all', text: '茶', people: 2 });
    expect((await people({ to: 'android' })).people).toBe(2);
    expect((await people({ to: 'ios' })).people).toBe(1);
    expect((await people({ to: 'web' })).people).toBe(0);
    expect((await people({ to: 'list', users: `${li.id} ${zhao.id} 7` })).people).toBe(1);
    await operate(app, 'support', 'users.end-sessions', { user: li.id });
    expect((await people({ to: 'android' })).people).toBe(1);
    expect((await people({ to: 'ios' })).people).toBe(0);
    expect((await list()).total).toBe(0);
  });

  test('send it once for a key, and give the reason', async () => {
    const key = { 'idempotency-key': 'one' };
    const first = await send({ to: 'all', text: '一' }, key);
    expect((await send({ to: 'all', text: '一' }, key)).body).toEqual(first.body);
    expect(await texts(li)).toEqual(['一']);
    expect((await send({ to: 'all', text: '一', reason: '' })).body.error).toBe('REASON_NEEDED');
    const [act] = await app.sql(
      "SELECT operation, subject_id FROM audit WHERE operation = 'announcements.send'",
    );
    expect(act).toEqual(['announcements.send', String(first.body.on)]);
  });

  test('send fifty within 24 hours at most', async () => {
    for (let i = 0; i < 50; i++) expect((await send({ to: 'all', text: `${i}` })).status).toBe(200);
    const { status, body } = await send({ to: 'all', text: 'x' });
    expect([status, body.message]).toEqual([409, expect.stringContaining('50 announcements')]);
    expect(await texts(li)).toHaveLength(50);
    app.clock.advance(DAY + 1);
    expect((await send({ to: 'all', text: 'x' })).status).toBe(200);
  });

  test('stop it, and nobody else gets it', async () => {
    const { body } = await send({ to: 'all', text: '错', push: true });
    await send({ to: 'all', text: '对' });
    expect(await texts(li)).toEqual(['错', '对']);
    const stop = (announcement: number) =>
      operate(app, 'moderator', 'announcements.stop', { announcement, reason: 'wrong' });
    expect((await stop(body.on)).body).toMatchObject({ done: true, announcement: 'stopped' });
    for (const who of [li, wang]) expect([await texts(who), await said(who)]).toEqual([['对'], ['对']]);
    expect((await stop(body.on)).body.message).toBe(`Announcement ${body.on} is stopped already.`);
    expect((await stop(7)).body.message).toBe('There is no announcement 7.');
    expect((await list()).rows.map(({ standing }: { standing: string }) => standing)).toEqual([
      '',
      expect.stringMatching(/^stopped 2026-/),
    ]);
  });
});

describe('notices', () => {
  test('tell one person, from the official account, once', async () => {
    await send({ to: 'all', text: '众' });
    const notice = { user: li.id, text: '您的举报\n已处理', reason: 'answer' };
    expect((await operate(app, 'support', 'notices.send', notice)).status).toBe(200);
    expect([await texts(li), await texts(wang)]).toEqual([['众', '您的举报\n已处理'], ['众']]);
    expect((await sync(li)).at(-1)).toMatchObject({ fromId: '21501', fromType: '1', destId: String(li.id) });
    expect([await said(li), await said(wang)]).toEqual([['您的举报\n已处理', '众'], ['众']]);
    const nobody = await operate(app, 'support', 'notices.send', { ...notice, user: 7 });
    expect([nobody.status, nobody.body.message]).toEqual([409, 'There is no user 7.']);
    await operate(app, 'moderator', 'users.ban', { user: li.id, reason: 'r' });
    expect((await operate(app, 'support', 'notices.send', notice)).body.message).toBe(
      `User ${li.id} is disabled.`,
    );
  });

  test('and announcements come by pages in the history, newest first', async () => {
    for (let i = 0; i < 6; i++) {
      if (i % 2) await send({ to: 'all', text: `${i}` });
      else await operate(app, 'support', 'notices.send', { user: li.id, text: `${i}`, reason: 'r' });
    }
    const seen: string[] = [];
    for (let before: string | undefined, more = '1'; more === '1'; ) {
      const page = await history(li, { limit: 4, ...(before ? { before } : {}) });
      seen.push(...page.list.map(({ content }: { content: string }) => content));
      before = page.list.at(-1)?.id;
      more = page.more;
    }
    expect(seen).toEqual(['5', '4', '3', '2', '1', '0']);
    expect(await said(wang)).toEqual(['5', '3', '1']);
  });

  test('have no answer: nobody is friends with the official account', async () => {
    const answer = { msgId: 'a', fromType: 1, destId: 21501, messageType: 2, content: '好' };
    expect((await li.call('/im/send', answer)).code).not.toBe('1');
  });
});

describe('phones', () => {
  const told: [string, readonly string[]][] = [];
  const jpush = {
    perRequest: 1000,
    async send({ body }: PushNotice, tokens: readonly string[]) {
      told.push([body, [...tokens].sort()]);
      return tokens.map(() => 'sent' as const);
    },
  };
  const push = () => sendPushes({ ...app.platform, push: new Map([['jpush', jpush]]) });
  beforeEach(() => void told.splice(0));

  test('of those who are away show it where that was wished, a slice at a time, each once', async () => {
    await push();
    const many = Array.from({ length: 450 }, (_, i) => i);
    await app.executor.write([
      ...many.map((i) =>
        change(
          `INSERT INTO users (mobile, password_hash, name, created_at, updated_at) VALUES (?, '', '', 0, 0)`,
          `+861370000${1000 + i}`,
        ),
      ),
      change(
        `INSERT INTO sessions (id, user_id, device, created_at, expires_at)
          SELECT id + 5, id, 1, 0, ? FROM users WHERE name = ''`,
        app.clock.now() + DAY,
      ),
      change(
        `INSERT INTO push_devices (user_id, device, token, updated_at) SELECT id, 1, 'phone ' || id, 0 FROM users`,
      ),
      change(
        "INSERT INTO presences (user_id, home, until) VALUES (?, 'here', ?)",
        wang.id,
        app.clock.now() + DAY,
      ),
    ]);
    await li.call('/chat/setIgnore', { destType: 1, destId: 21501, receiveTip: 0 });
    await send({ to: 'all', text: '无声' });
    expect(await push()).toMatchObject({ done: 0 });
    await send({ to: 'all', text: '有声', push: true });
    await send({ to: 'list', users: `${li.id} ${wang.id + 1} ${wang.id}`, text: '名单', push: true });
    await send({ to: 'ios', text: '别处', push: true });
    expect(await push()).toMatchObject({ done: 451 });
    const all = told.filter(([body]) => body === '有声').flatMap(([, tokens]) => tokens);
    expect([all.length, new Set(all).size]).toEqual([450, 450]);
    for (const { id } of [li, wang]) expect(all).not.toContain(`phone ${id}`);
    expect(told.filter(([body]) => body === '名单').flatMap(([, tokens]) => tokens)).toEqual([
      `phone ${wang.id + 1}`,
    ]);
    expect(told.map(([body]) => body)).not.toContain('别处');
    told.splice(0);
    expect(await push()).toMatchObject({ done: 0 });
  });

  test('show nothing of one that was stopped meanwhile', async () => {
    await push();
    await li.call('/chat/bindXgToken', { token: 'phone', device: ANDROID });
    const { body } = await send({ to: 'all', text: '错', push: true });
    await operate(app, 'moderator', 'announcements.stop', { announcement: body.on, reason: 'r' });
    app.clock.advance(10_000);
    await push();
    expect(told).toEqual([]);
  });
});

test('where each user’s sockets are an object of their own, those who are online are woken some at a time', async () => {
  const woken: number[][] = [];
  const sockets = {
    ...app.platform.sockets,
    wokenTogether: 2,
    wake: (users: readonly number[]) => void woken.push([...users]),
  };
  const others = [await person(app), await person(app)];
  const here = [li, wang, ...others].map(({ id }) => id);
  await app.executor.write(
    here.map((id) => change("INSERT INTO presences (user_id, home, until) VALUES (?, 'x', 9e15)", id)),
  );
  expect(await wakeReaders({ ...app.platform, sockets })).toBe(0);
  await send({ to: 'all', text: '一' });
  expect(await wakeReaders({ ...app.platform, sockets })).toBe(4);
  expect(woken.filter((users) => users.length > 0)).toEqual([here.slice(0, 2), here.slice(2)]);
  expect(await wakeReaders({ ...app.platform, sockets })).toBe(0);
  // By then each has looked by itself.
  await send({ to: 'all', text: '二' });
  app.clock.advance(6 * 60_000);
  expect(await wakeReaders({ ...app.platform, sockets })).toBe(0);
});
