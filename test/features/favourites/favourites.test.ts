import { describe, expect } from 'vitest';
import { type Person, person, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { meeting } from '../../support/barrier.ts';
import { freshDatabase } from '../../support/database.ts';
import { recordedScans, recording } from '../../support/plans.ts';

const test = appTest();

const thing = { category: 1, content: '你好 "世界"', fromId: 17_229, fromName: 'Cathy', fromHeadUrl: '' };
const keep = (who: Person, more: Record<string, string | number> = {}) =>
  who.call('/favorite/addFavorite', { ...thing, ...more });
const kept = async (who: Person, pageNo = 1) => (await who.call('/favorite/getFavorite', { pageNo })).data;

describe('keeping something', () => {
  test('stores it as it came, for its owner alone', async ({ app, li, wang }) => {
    const video = JSON.stringify({ vedioUrl: 'http://h/v.mp4', vedioSize: 9576, name: '引号"\n' });
    expect(await keep(li)).toMatchObject({ code: '1', data: { info: '收藏成功' } });
    expect((await keep(li, { category: 4, content: video, fromHeadUrl: 'https://h/a.png' })).code).toBe('1');
    expect(await kept(li)).toMatchObject({
      pageNo: '1',
      pageSize: '20',
      totalCount: '2',
      totalPage: '1',
      orderBy: '',
      orderType: '',
      list: [
        { category: '4', content: video, fromHeadUrl: 'https://h/a.png', userId: String(li.id) },
        {
          category: '1',
          content: thing.content,
          fromId: '17229',
          fromName: 'Cathy',
          createTime: String(app.clock.now()),
        },
      ],
    });
    expect((await kept(wang)).list).toEqual([]);
  });

  test('a second time is refused; another kind, sender or owner is another thing', async ({ li, wang }) => {
    await keep(li);
    expect(await keep(li, { fromName: 'Cathy2' })).toMatchObject({
      code: '-1',
      data: { info: '收藏失败，重复收藏' },
    });
    for (const other of [{ category: 6 }, { fromId: 1 }, { content: '你好' }])
      expect((await keep(li, other)).code).toBe('1');
    expect((await keep(wang)).code).toBe('1');
    expect((await kept(li)).totalCount).toBe('4');
  });

  test('is refused beyond 10,000 things, and possible again when one has gone; others are not concerned', async ({
    app,
    li,
    wang,
  }) => {
    await keep(li);
    await app.executor.write([
      {
        sql: `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9998)
          INSERT INTO favourites (id, user_id, category, content, content_digest, from_id, from_name, from_head_url, created_at)
          SELECT i, ?, 1, i, i, 1, '', '', 0 FROM n`,
        params: [li.id],
        kind: 'change',
      },
    ]);
    expect((await keep(li, { content: 'the last one' })).code).toBe('1');
    const refusal = { code: '-1', data: { info: '收藏失败，收藏数量已达上限' } };
    expect(await keep(li, { content: 'one more' })).toMatchObject(refusal);
    expect(await keep(li)).toMatchObject({ code: '-1', data: { info: '收藏失败，重复收藏' } });
    const { totalCount, list } = await kept(li);
    expect(totalCount).toBe('10000');
    expect((await keep(wang)).code).toBe('1');
    await li.call('/favorite/delFavorite', { favoriteId: list[0].id });
    expect((await keep(li, { content: 'one more' })).code).toBe('1');
  });

  test('many times at once stores it once', async () => {
    const met = meeting((await freshDatabase()).executor);
    const racing = await testApp({ executor: met.executor });
    const a = await person(racing, 'a');
    met.hold(5);
    const replies = await Promise.all(Array.from({ length: 5 }, () => keep(a)));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
    expect((await kept(a)).totalCount).toBe('1');
    await racing.close();
  });

  test.for([
    { category: 0 },
    { category: 7 },
    { content: '' },
    { content: 'x'.repeat(20_001) },
    { fromId: 0 },
    { fromHeadUrl: 'javascript:alert(1)' },
  ])('refuses %j', async (bad, { li }) => {
    expect(await keep(li, bad)).toMatchObject({
      code: '-1',
      data: { info: '收藏失败，参数不正确', field: Object.keys(bad)[0] },
    });
    expect((await kept(li)).totalCount).toBe('0');
  });
});

test('pages hold twenty, newest first, and go on where the last one ended', async ({ li }) => {
  for (let i = 0; i < 45; i += 1) await keep(li, { content: `${i}` });
  const pages = [await kept(li, 1), await kept(li, 2), await kept(li, 3), await kept(li, 4)];
  expect(pages.map(({ list }) => list.length)).toEqual([20, 20, 5, 0]);
  expect(pages.every(({ totalCount, totalPage }) => totalCount === '45' && totalPage === '3')).toBe(true);
  const contents = pages.flatMap(({ list }) => list.map(({ content }: { content: string }) => content));
  expect(contents).toEqual(Array.from({ length: 45 }, (_, i) => `${44 - i}`));
  expect((await kept(li, -3)).pageNo).toBe('1');
});

describe('letting something go', () => {
  test('is its owner’s alone, and happens once', async ({ li, wang }) => {
    await keep(li);
    const favoriteId = (await kept(li)).list[0].id;
    const remove = (who: Person) => who.call('/favorite/delFavorite', { favoriteId });
    const refusal = { code: '-1', data: { info: '删除失败' } };
    expect(await remove(wang)).toMatchObject(refusal);
    expect((await kept(li)).totalCount).toBe('1');
    expect(await remove(li)).toMatchObject({ code: '1', data: { info: '删除成功' } });
    expect((await kept(li)).totalCount).toBe('0');
    expect(await remove(li)).toMatchObject(refusal);
    expect((await keep(li)).code).toBe('1');
  });
});

test('no statement of these calls walks through a table', async () => {
  const record = recording((await freshDatabase()).executor);
  const watched = await testApp({ executor: record.executor });
  const a = await person(watched, 'a');
  record.clear();
  await keep(a);
  const favoriteId = (await kept(a)).list[0].id;
  await a.call('/favorite/delFavorite', { favoriteId });
  expect(await recordedScans(record)).toEqual([]);
  await watched.close();
});
