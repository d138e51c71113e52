import { describe, expect } from 'vitest';
import { memoryLive } from '../../../src/homes/bun/live.ts';
import { type AppOptions, type Person, person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';

const HOME = { latitude: 39.9087, longitude: 116.3975 };
const SECOND = 1000;

const test = appTest().extend('zhao', ({ app }) => person(app, '赵'));

interface Cast {
  readonly li: Person;
  readonly wang: Person;
}

const shake = (who: Person, kilometres = 0) =>
  who.call('/geo/findRandom', { ...HOME, latitude: HOME.latitude + kilometres / 111.195 });
/** A distance as it is told: in steps of 500 m. */
const inSteps = expect.stringMatching(/^(500|[1-9]\d*(000|500))$/);
const nobody = { code: '0', data: { info: '没有找到同一时刻的人' } };
const records = async (who: Person) => (await who.call('/geo/getRockRecord')).data;
const block = (a: Person, b: Person) => a.call('/chat/setBlock', { blockId: b.id });
/** Two who have met. */
async function meet(a: Person, b: Person) {
  await shake(a);
  expect((await shake(b)).code).toBe('1');
}

describe('findRandom', () => {
  test('brings two together who shake within ten seconds; the first learns by an event', async ({
    app,
    li,
    wang,
  }) => {
    expect(await shake(li)).toMatchObject(nobody);
    app.clock.advance(10 * SECOND);
    const reply = await shake(wang, 11.23);
    expect(reply).toMatchObject({
      code: '1',
      data: { user: { id: String(li.id), name: '李雷', sex: '', headUrl: '', sign: '' } },
    });
    const distance = Number(reply.data.distance);
    expect(distance % 500).toBe(0);
    // Each of the two counts as being at most 750 m from where they are, on either axis.
    expect(Math.abs(distance - 11_230)).toBeLessThanOrEqual(2500);
    expect(await wang.events()).toEqual([]);
    const [event, ...more] = await li.events();
    expect(more).toEqual([]);
    expect(event).toMatchObject({ type: 69, from: wang.id, fromType: 1, dest: li.id });
    const [record] = (await records(li)).list;
    expect(JSON.parse(event?.content ?? '')).toEqual({
      rockid: Number(record.rockid),
      distance,
      id: wang.id,
      name: '王梅',
      nickName: '王梅',
      sex: '',
      headUrl: '',
      sign: '',
    });
  });

  test('finds nobody who shook more than ten seconds ago', async ({ app, li, wang }) => {
    await shake(li);
    app.clock.advance(10 * SECOND + 1);
    expect(await shake(wang)).toMatchObject(nobody);
    expect(await records(li)).toMatchObject({ totalCount: '0' });
  });

  test('takes the nearest of those who wait, whoever came first', async ({ li, wang, zhao }) => {
    await block(li, wang); // so that both wait
    await shake(li, 800);
    await shake(wang, 2);
    expect((await shake(zhao)).data.user.id).toBe(String(wang.id));
  });

  test('answers the same pair to a second shake, and makes no second record or event', async ({
    app,
    li,
    wang,
    zhao,
  }) => {
    await meet(li, wang);
    app.clock.advance(5 * SECOND);
    for (const [who, other] of [
      [li, wang],
      [wang, li],
      [li, wang],
    ] as const) {
      expect((await shake(who)).data.user.id).toBe(String(other.id));
    }
    expect(await shake(zhao)).toMatchObject(nobody);
    for (const who of [li, wang]) expect(await records(who)).toMatchObject({ totalCount: '1' });
    expect(await li.events()).toHaveLength(1);
    app.clock.advance(5 * SECOND + 1);
    expect((await shake(li)).data.user.id).toBe(String(zhao.id));
  });

  test('brings 101 people who shake at once into 50 disjoint pairs, and leaves one', async ({ app }) => {
    const people = await Promise.all(Array.from({ length: 101 }, (_, i) => person(app, `n${i}`)));
    const replies = await Promise.all(people.map((who, i) => shake(who, i)));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(50);
    const rows = await app.sql('SELECT user_id, other_id FROM shake_records');
    expect(rows).toHaveLength(100);
    const partner = new Map(rows.map(([user, other]) => [user, other]));
    expect(partner.size).toBe(100);
    for (const [user, other] of partner) expect(partner.get(other)).toBe(user);
    expect(await app.sql('SELECT DISTINCT user_id FROM inbox WHERE type = 69')).toHaveLength(50);
  });

  test.for([
    ['the one who waits', ({ li, wang }: Cast) => block(li, wang)],
    ['the one who comes', ({ li, wang }: Cast) => block(wang, li)],
  ] as const)('keeps a pair apart that %s has blocked', async ([_, blocking], { app, li, wang, zhao }) => {
    await blocking({ li, wang });
    await shake(li);
    expect(await shake(wang)).toMatchObject(nobody);
    expect((await shake(zhao)).code).toBe('1');
    expect(await app.sql('SELECT count(*) FROM shake_records')).toEqual([[2]]);
  });

  let meanwhile = async () => {};
  const interrupted = test.extend('options', ({ clock }): AppOptions => {
    const live = memoryLive(clock);
    const send: typeof live.shake.send = async (name, message) => {
      const shaken = await live.shake.send(name, message);
      await meanwhile();
      return shaken;
    };
    return { platform: { live: { ...live, shake: { send } } } };
  });
  interrupted(
    'keeps a pair apart that is blocked between the match and its record',
    async ({ app, li, wang }) => {
      meanwhile = async () => {};
      await shake(li);
      meanwhile = async () => void (await block(li, wang));
      expect(await shake(wang)).toMatchObject(nobody);
      expect(await app.sql('SELECT * FROM shake_records')).toEqual([]);
      expect(await li.events()).toEqual([]);
    },
  );

  test.for([
    [{ latitude: 91 }, 'latitude'],
    [{ longitude: 'x' }, 'longitude'],
  ] as const)('refuses %o, and nobody meets who sent it', async ([params, field], { li, wang }) => {
    expect(await li.call('/geo/findRandom', { ...HOME, ...params })).toMatchObject({
      code: '-1',
      data: { field },
    });
    expect(await shake(wang)).toMatchObject(nobody);
  });

  test('does not let anybody shake whose session has ended', async ({ li, wang }) => {
    await li.call('/chat/doLogout');
    expect((await shake(li)).code).toBe('601');
    expect(await shake(wang)).toMatchObject(nobody);
  });
});

describe('getRockRecord and removeRockRecord', () => {
  test('list whom one has met, newest first, each to himself', async ({ app, li, wang, zhao }) => {
    await meet(li, wang);
    app.clock.advance(11 * SECOND);
    await meet(zhao, li);
    const page = await records(li);
    expect(page).toMatchObject({ pageNo: '1', totalCount: '2', totalPage: '1' });
    expect(page.list).toMatchObject([
      { userId: String(zhao.id), nickName: '赵', distance: inSteps },
      { userId: String(wang.id), nickName: '王梅' },
    ]);
    expect((await records(wang)).list).toMatchObject([{ userId: String(li.id) }]);
    expect((await li.call('/geo/getRockRecord', { page: 2 })).data).toMatchObject({ pageNo: '2', list: [] });
  });

  test('hide who is blocked either way, as long as he is', async ({ li, wang }) => {
    await meet(li, wang);
    await block(wang, li);
    for (const who of [li, wang]) expect(await records(who)).toMatchObject({ totalCount: '0', list: [] });
    await wang.call('/chat/removeBlack', { destId: li.id });
    expect(await records(li)).toMatchObject({ totalCount: '1' });
  });

  test('remove one or all from one’s own list alone', async ({ app, li, wang, zhao }) => {
    await meet(li, wang);
    app.clock.advance(11 * SECOND);
    await meet(li, zhao);
    const [newest, older] = (await records(li)).list;
    const remove = (who: Person, id: string | number) => who.call('/geo/removeRockRecord', { id });
    expect(await remove(wang, newest.rockid)).toMatchObject({
      code: '-1',
      data: { info: '网络繁忙，请稍后重试' },
    });
    for (let times = 0; times < 2; times++) {
      expect(await remove(li, newest.rockid)).toMatchObject({ code: '1', data: { info: '清除成功' } });
    }
    expect((await records(li)).list).toEqual([older]);
    expect(await li.call('/geo/removeRockRecord')).toMatchObject({ code: '1' });
    expect(await records(li)).toMatchObject({ totalCount: '0' });
    for (const who of [wang, zhao]) expect(await records(who)).toMatchObject({ totalCount: '1' });
  });

  test.for(['-1', 'x', '1.5'])('refuse the id %s', async (id, { li }) => {
    expect(await li.call('/geo/removeRockRecord', { id })).toMatchObject({
      code: '-1',
      data: { field: 'id' },
    });
  });
});

describe('greetings', () => {
  const greet = (from: Person, to: Person, params = {}, options = {}) =>
    from.call('/geo/sendGreet', { destId: to.id, ...params }, options);
  const greetingsOf = async (who: Person) => (await who.call('/geo/greetList')).data;
  const refused = { code: '-1', data: { info: '网络繁忙，请稍后重试' } };

  test('go to whom one has met, who learns by event 67, and can be replied to', async ({ app, li, wang }) => {
    await meet(li, wang);
    expect(await greet(wang, li)).toMatchObject({ code: '1', data: { info: '发送成功' } });
    const [greeting] = (await greetingsOf(li)).list;
    expect(greeting).toMatchObject({
      userId: String(wang.id),
      nickName: '王梅',
      msg: '向你打了一声招呼',
      addTime: String(app.clock.now()),
      clist: [],
    });
    const event = (await li.events()).at(-1);
    expect(event).toMatchObject({ type: 67, from: wang.id, fromType: 1 });
    expect(JSON.parse(event?.content ?? '')).toEqual({
      pid: 0,
      msg: '向你打了一声招呼',
      gid: Number(greeting.gid),
    });
    expect((await greet(li, wang, { pid: greeting.gid, msg: '你好 "茶"' })).code).toBe('1');
    expect((await greet(wang, li, { pid: greeting.gid, msg: '好' })).code).toBe('1');
    const [thread] = (await greetingsOf(li)).list;
    expect(thread.clist).toMatchObject([
      { userId: String(li.id), nickName: '李雷', msg: '你好 "茶"' },
      { userId: String(wang.id), msg: '好' },
    ]);
    expect(JSON.parse((await wang.events()).at(-1)?.content ?? '')).toMatchObject({ msg: '你好 "茶"' });
  });

  test('go neither to strangers, nor to oneself, nor past a block', async ({ app, li, wang, zhao }) => {
    expect(await greet(li, zhao)).toMatchObject(refused);
    expect(await greet(li, li)).toMatchObject(refused);
    await meet(li, wang);
    await block(wang, li);
    expect(await greet(li, wang)).toMatchObject(refused);
    expect(await greet(wang, li)).toMatchObject(refused);
    expect(await app.sql('SELECT * FROM greetings')).toEqual([]);
    expect(await app.sql('SELECT * FROM inbox WHERE type = 67')).toEqual([]);
  });

  test('are replied to by the two alone', async ({ li, wang, zhao }) => {
    await meet(li, wang);
    await greet(li, wang);
    const [{ gid }] = (await greetingsOf(wang)).list;
    expect(await greet(zhao, wang, { pid: gid })).toMatchObject(refused);
    expect(await greet(wang, zhao, { pid: gid })).toMatchObject(refused);
    expect(await greet(wang, li, { pid: 1 })).toMatchObject(refused);
  });

  test('are sent once under an Idempotency-Key', async ({ li, wang }) => {
    await meet(li, wang);
    const send = () => greet(li, wang, {}, { headers: { 'idempotency-key': 'k1' } });
    const replies = await Promise.all([send(), send(), send()]);
    expect(replies.map(({ code }) => code)).toEqual(['1', '1', '1']);
    expect(await greetingsOf(wang)).toMatchObject({ totalCount: '1' });
  });

  test('are hidden by a block, and removed by the receiver alone', async ({ li, wang }) => {
    await meet(li, wang);
    await greet(li, wang);
    const [{ gid }] = (await greetingsOf(wang)).list;
    await block(wang, li);
    expect(await greetingsOf(wang)).toMatchObject({ totalCount: '0', list: [] });
    await wang.call('/chat/removeBlack', { destId: li.id });
    const remove = (who: Person, id?: string) =>
      who.call('/geo/removeRockMessage', id === undefined ? {} : { id });
    expect(await remove(li, gid)).toMatchObject(refused);
    expect(await greetingsOf(wang)).toMatchObject({ totalCount: '1' });
    expect(await remove(wang, gid)).toMatchObject({ code: '1', data: { info: '清除成功' } });
    expect(await greetingsOf(wang)).toMatchObject({ totalCount: '0' });
    await greet(li, wang);
    expect(await remove(wang)).toMatchObject({ code: '1' });
    expect(await greetingsOf(wang)).toMatchObject({ totalCount: '0' });
  });

  test.for([
    [{ msg: 'x'.repeat(201) }, 'msg'],
    [{ pid: '-1' }, 'pid'],
    [{ destId: 'x' }, 'destId'],
  ] as const)('refuse %o', async ([params, field], { li, wang }) => {
    await meet(li, wang);
    expect(await greet(li, wang, params)).toMatchObject({ code: '-1', data: { field } });
  });
});
