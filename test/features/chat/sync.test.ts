import { describe, expect } from 'vitest';
import { runJobs } from '../../../src/jobs.ts';
import { type Person, person, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { freshDatabase } from '../../support/database.ts';
import { befriend } from '../../support/friends.ts';
import { fullScans, recording } from '../../support/plans.ts';
import { onDevice } from '../../support/realtime.ts';

const DAY = 24 * 3600 * 1000;
const test = appTest()
  .extend('wang', ({ app }) => person(app, 'wang'))
  /** Wang asks Li, so that an event waits for Li; again after it has been refused by time. */
  .extend('ask', ({ app, li, wang }) => async (times = 1) => {
    for (let i = 0; i < times; i++) {
      app.clock.advance(8 * DAY);
      await wang.call('/chat/requestFriend', { destId: li.id, destType: 1 });
    }
  })
  .extend(
    'waiting',
    ({ app, li }) =>
      async () =>
        (await app.sql('SELECT seq FROM inbox WHERE user_id = ? ORDER BY seq', li.id)).flat(),
  );

const sync = async (who: Person, params: Record<string, string | number> = {}) =>
  (await who.call('/im/sync', params)).data;

describe('sync', () => {
  test('shows each event as the original’s message object, in order, with the sender’s own name and picture', async ({
    app,
    li,
    wang,
    ask,
  }) => {
    await wang.call('/chat/updateHead', { headUrl: 'https://a.test/w.jpg' });
    await ask(2);
    const { list, seq, more } = await sync(li);
    expect(list).toHaveLength(2);
    expect(list[0]).toEqual({
      seq: '1',
      id: '',
      msgId: expect.stringMatching(/^\w{22}$/),
      fromId: String(wang.id),
      fromName: 'wang',
      imageIconUrl: 'https://a.test/w.jpg',
      fromType: '1',
      destId: String(li.id),
      content: JSON.stringify({ name: 'wang', headUrl: 'https://a.test/w.jpg' }),
      messageType: '11',
      sendTime: String(app.clock.now() - 8 * DAY),
      receiveTime: String(app.clock.now() - 8 * DAY),
      devType: '',
    });
    expect([seq, more]).toEqual(['2', '0']);
  });

  test('goes on where the page before ended, and shows nobody else’s events', async ({ li, wang, ask }) => {
    await ask(5);
    const first = await sync(li, { limit: 2 });
    expect([first.list.length, first.seq, first.more]).toEqual([2, '2', '1']);
    const second = await sync(li, { limit: 2, after: first.seq });
    const third = await sync(li, { limit: 2, after: second.seq });
    expect([...first.list, ...second.list, ...third.list].map(({ seq }) => seq)).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ]);
    expect(third.more).toBe('0');
    expect((await sync(wang)).list).toEqual([]);
  });

  test('begins at the end where `after` is beyond it, so that nothing is missed later', async ({
    li,
    ask,
  }) => {
    await ask();
    const { seq } = await sync(li, { after: 1_000_000 });
    expect(seq).toBe('1');
    await ask();
    expect((await sync(li, { after: seq })).list).toHaveLength(1);
  });

  test('waits for the first event and answers as soon as it comes', async ({ li, ask }) => {
    const { seq } = await sync(li);
    const waits = sync(li, { after: seq, wait: 25 });
    await new Promise((soon) => setTimeout(soon, 50));
    await ask();
    expect((await waits).list).toHaveLength(1);
  });

  test('answers empty when nothing came in time', async ({ li }) => {
    expect(await sync(li, { wait: 1 })).toEqual({ list: [], seq: '0', more: '0', gap: '0' });
  });

  test('goes on where a page that was not full has looked to, whoever wrote meanwhile', async ({
    app,
    li,
    wang,
    ask,
  }) => {
    await ask(1);
    const last = async () => String((await app.sql('SELECT max(seq) FROM inbox'))[0]?.[0]);
    await befriend(wang, await person(app, 'other'));
    const { seq } = await sync(li);
    expect(seq).toBe(await last());
    await befriend(wang, await person(app, 'another'));
    const next = await sync(li, { after: seq });
    expect(next).toEqual({ list: [], seq: await last(), more: '0', gap: '0' });
    expect(Number(next.seq)).toBeGreaterThan(Number(seq));
  });

  test('shows nothing to a session that ended while it waited', async ({ li, ask }) => {
    const waits = sync(li, { wait: 5 });
    await new Promise((soon) => setTimeout(soon, 50));
    await li.call('/chat/doLogout');
    await ask();
    expect((await waits).list).toEqual([]);
  });

  test('uses true HTTP statuses, because no original app calls it', async ({ app, li, wang }) => {
    expect((await app.call('/im/sync')).status).toBe(401);
    expect((await li.call('/im/sync', { userId: wang.id })).status).toBe(403);
  });

  test('refuses what is no place in a sequence', async ({ li }) => {
    for (const params of [{ after: '-1' }, { limit: '0' }, { limit: '501' }, { wait: '26' }, { after: 'x' }])
      expect((await li.call('/im/sync', params)).code, JSON.stringify(params)).toBe('-1');
  });
});

describe('an acknowledged event', () => {
  test('goes, and sync without a place begins behind it', async ({ li, ask, waiting }) => {
    await ask(3);
    expect((await li.call('/im/ack', { seq: 2 })).code).toBe('1');
    expect(await waiting()).toEqual([3]);
    expect((await sync(li)).list.map(({ seq }: { seq: string }) => seq)).toEqual(['3']);
  });

  test('stays until every device kind with a live session has taken it', async ({
    app,
    li,
    ask,
    waiting,
  }) => {
    const phone = await onDevice(app, li, 2);
    await ask(3);
    await li.call('/im/ack', { seq: 3 });
    expect(await waiting()).toEqual([1, 2, 3]);
    expect((await sync(phone)).list).toHaveLength(3);
    await phone.call('/im/ack', { seq: 2 });
    expect(await waiting()).toEqual([3]);
  });

  test('goes with a sweep a minute after the session it waited for has ended', async ({
    app,
    li,
    ask,
    waiting,
  }) => {
    const phone = await onDevice(app, li, 2);
    await ask(2);
    await li.call('/im/ack', { seq: 2 });
    await phone.call('/chat/doLogout');
    app.clock.advance(61_000);
    await runJobs(app.platform);
    expect(await waiting()).toEqual([]);
  });

  test('stays when nobody is logged in, for the next login', async ({ app, li, ask, waiting }) => {
    await ask(2);
    await li.call('/im/ack', { seq: 1 });
    await li.call('/chat/doLogout');
    await runJobs(app.platform);
    expect(await waiting()).toEqual([2]);
  });

  test('is never another user’s', async ({ wang, ask, waiting }) => {
    await ask(2);
    await wang.call('/im/ack', { seq: 2 });
    expect(await waiting()).toEqual([1, 2]);
  });
});

test('a cursor neither goes back nor beyond the end', async ({ li, ask }) => {
  await ask(2);
  await li.call('/im/ack', { seq: 999 });
  await li.call('/im/ack', { seq: 1 });
  await ask();
  expect((await sync(li)).list.map(({ seq }: { seq: string }) => seq)).toEqual(['3']);
});

test('events that nobody fetched go after 30 days, younger ones stay', async ({ app, ask, waiting }) => {
  await ask(4); // 8 days apart
  app.clock.advance(7 * DAY);
  await runJobs(app.platform);
  expect(await waiting()).toEqual([2, 3, 4]);
  app.clock.advance(100 * DAY);
  await runJobs(app.platform);
  expect(await waiting()).toEqual([]);
});

test('what many are told is written once, shown to each as his own, and goes after its events', async ({
  app,
  li,
  wang,
  waiting,
}) => {
  const zhang = await person(app, 'zhang');
  for (const friend of [li, wang]) await befriend(zhang, friend);
  await app.executor.write([{ sql: 'DELETE FROM inbox', params: [], kind: 'change' }]);
  const bodies = async () => (await app.sql('SELECT COUNT(*) FROM event_bodies'))[0]?.[0];
  await zhang.call('/feed/addFeed', { text: '茶', priv: 0 });
  expect(await bodies()).toBe(1);
  const [ofLi, ofWang] = [(await sync(li)).list, (await sync(wang)).list];
  expect(JSON.parse(ofLi[0].content)).toMatchObject({ msg: '茶' });
  expect(ofLi[0].msgId).toMatch(/^\w{22}$/);
  expect(ofWang[0]).toEqual({ ...ofLi[0], seq: expect.any(String), destId: String(wang.id) });
  await zhang.call('/feed/addFeed', { text: 'for nobody', priv: 1 });
  expect(await bodies()).toBe(1);
  app.clock.advance(30.5 * DAY);
  await runJobs(app.platform);
  expect([await waiting(), await bodies()]).toEqual([[], 1]);
  app.clock.advance(DAY);
  await runJobs(app.platform);
  expect(await bodies()).toBe(0);
});

test('sync and ack use indexes', async () => {
  const record = recording((await freshDatabase()).executor);
  const other = await testApp({ executor: record.executor });
  const zhang = await person(other, 'zhang');
  record.clear();
  await zhang.call('/im/sync');
  await zhang.call('/im/ack', { seq: 1 });
  const ours = [...record.reads, ...record.writes].flat();
  expect(ours.length).toBeGreaterThan(4);
  for (const statement of ours)
    expect(await fullScans(other.executor, statement, ['sqlite_sequence', 'announcements'])).toEqual([]);
  await other.close();
});
