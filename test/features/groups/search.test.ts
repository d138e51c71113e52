import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { fold } from '../../../src/core/text/fold.ts';
import { person, testApp } from '../../support/app.ts';
import { sharedAppTest } from '../../support/app-test.ts';

const test = sharedAppTest()
  .extend(
    'make',
    { scope: 'file' },
    ({ li }) =>
      async (name: string) =>
        String((await li.call('/chat/createGroup', { name, ids: '' })).data.id),
  )
  .extend(
    'find',
    { scope: 'file' },
    ({ li }) =>
      async (groupName: string): Promise<string[]> =>
        (await li.call('/chat/queryGroup', { groupName })).data.info.map(({ id }: { id: string }) => id),
  );

describe('a group is found', () => {
  test.for([
    ['龙井茶友会', ['龙井', '井茶', '友会', '龙井茶友会', '茶友会']],
    ['Tea House 2018', ['te', 'TEA', 'a h', 'house', '2018', 'Ｔｅａ']],
    ['💥爆炸🍵群', ['💥爆', '🍵群', '炸🍵']],
    ['100%\'引号"_*(AND)', ['0%', "%'", '号"', '"_', '_*', '(and)']],
    ['ÉCOLE ß Straße', ['éc', 'École', 'ß s', 'straße']],
    ['禅', ['禅']],
  ] as const)('%s: by any part of its name', async ([name, parts], { make, find }) => {
    const id = await make(name);
    for (const part of parts) expect(await find(part), part).toContain(id);
  });

  test('by its number, before others whose name has it', async ({ make, find }) => {
    const first = await make('甲组');
    const named = await make(`纪念${first}`);
    expect(await find(first)).toEqual([first, named]);
  });

  test('by nobody under another name', async ({ make, find }) => {
    const id = await make('普洱同好');
    for (const part of ['普同', '洱普', '同好会', '普', '好', '"普洱"', '普*', 'OR', '99999999'])
      expect(await find(part), part).not.toContain(id);
  });

  test('under its new name alone once it has been renamed, and not at all once it is gone', async ({
    li,
    make,
    find,
  }) => {
    const id = await make('乌龙小筑');
    await li.call('/chat/updateGroup', { groupId: id, name: '铁观音小筑' });
    expect([await find('乌龙'), await find('观音'), await find('小筑')]).toEqual([[], [id], [id]]);
    await li.call('/chat/updateGroup', { groupId: id, name: '铁观音小筑' });
    expect(await find('小筑')).toEqual([id]);
    await li.call('/chat/dismissGroup', { groupId: id });
    expect(await find('小筑')).toEqual([]);
  });

  test('among at most twenty, the oldest first', async ({ make, find }) => {
    const made: string[] = [];
    for (let i = 0; i < 25; i++) made.push(await make(`碧螺春${i}`));
    expect(await find('碧螺春')).toEqual(made.slice(0, 20));
  });
});

test('a search of nothing, or of too much, is refused', async ({ li }) => {
  for (const groupName of ['', ' ', 'x'.repeat(51)])
    expect((await li.call('/chat/queryGroup', { groupName })).code).toBe('-1');
});

test('the index answers as comparing every name would', async () => {
  const fresh = await testApp();
  const me = await person(fresh, 'me');
  const word = (longest: number) =>
    fc.string({ unit: fc.constantFrom('茶', 'B', '"', '🍵'), minLength: 1, maxLength: longest });
  const names = new Map<number, string>();
  const matches = (name: string, part: string) =>
    [...part].length === 1 ? fold(name) === part : fold(name).includes(part);
  const rename = async (which: number, name: string) => {
    const id = [...names.keys()][which];
    if (id === undefined) {
      const { data } = await me.call('/chat/createGroup', { name, ids: '' });
      names.set(Number(data.id), name);
    } else {
      await me.call('/chat/updateGroup', { groupId: id, name });
      names.set(id, name);
    }
  };
  const step = async (which: number, name: string, part: string) => {
    await rename(which, name);
    const expected = [...names].filter(([, each]) => matches(each, fold(part))).map(([id]) => String(id));
    const { data } = await me.call('/chat/queryGroup', { groupName: part });
    expect(data.info.map(({ id }: { id: string }) => id)).toEqual(expected);
  };
  const steps = fc.asyncProperty(fc.nat(11), word(8), word(3), step);
  await fc.assert(steps, { numRuns: 300, endOnFailure: true });
  await fresh.close();
});

test('a rename that is rolled back leaves the index as it was', async ({ app, make, find }) => {
  const id = await make('武夷岩茶');
  const rename = {
    sql: "UPDATE groups SET name = '大红袍', search_name = '大红袍' WHERE id = ?",
    params: [Number(id)],
    kind: 'change',
  } as const;
  const fail = {
    sql: 'INSERT INTO assertions (rows_changed) VALUES (0)',
    params: [],
    kind: 'change',
  } as const;
  const [broken, beside] = await Promise.allSettled([app.executor.write([rename, fail]), make('六安瓜片')]);
  expect([broken.status, beside.status]).toEqual(['rejected', 'fulfilled']);
  expect([await find('岩茶'), await find('红袍')]).toEqual([[id], []]);
  expect(await find('瓜片')).toHaveLength(1);
});
