import { expect } from 'vitest';
import { jobs, runJobs } from '../../../../src/jobs.ts';
import { person } from '../../../support/app.ts';
import { appTest } from '../../../support/app-test.ts';
import { groupOf } from '../../../support/groups.ts';

const HOUR = 3600 * 1000;
const WRONG = { code: '-2', data: { info: '加群问题答案不正确' } };
const SPENT = { code: '-2', data: { info: '今日回答次数已用完，请明天再试' } };

const test = appTest()
  .extend('owner', ({ app }) => person(app))
  .extend('guest', ({ app }) => person(app))
  .extend('groups', async ({ owner }) => [await groupOf(owner), await groupOf(owner)])
  .extend(
    'answer',
    ({ guest, groups }) =>
      (text: string, who = guest, group = 0) =>
        who.call('/chat/requestGroupJoin', { groupId: groups[group] ?? 0, answer: text }),
  );
test.beforeEach(async ({ owner, groups }) => {
  for (const groupId of groups)
    await owner.call('/chat/updateJoinstatus', { groupId, status: 3, question: '?', answer: '42' });
});

test('five answers a day may be wrong, for each user and group', async ({ app, guest, answer }) => {
  for (let i = 0; i < 5; i += 1) expect(await answer(`no ${i}`)).toMatchObject(WRONG);
  expect(await answer('42')).toMatchObject(SPENT);
  expect((await answer('42', guest, 1)).code).toBe('1');
  expect((await answer('42', await person(app))).code).toBe('1');
  // Past the next midnight in Asia/Shanghai, whatever is swept until then.
  app.clock.advance(HOUR);
  await runJobs(
    app.platform,
    jobs.filter(({ name }) => name === 'sweep'),
  );
  expect(await answer('42')).toMatchObject(SPENT);
  app.clock.advance(3 * HOUR);
  expect((await answer('42')).code).toBe('1');
});

test('answers sent at once are no way around it', async ({ answer }) => {
  const replies = await Promise.all(Array.from({ length: 30 }, (_, i) => answer(`no ${i}`)));
  expect(replies.filter(({ data }) => data.info === WRONG.data.info)).toHaveLength(5);
  expect(await answer('42')).toMatchObject(SPENT);
});

test('a right answer costs no try, nor does asking without one', async ({ app, guest, groups, answer }) => {
  for (let i = 0; i < 10; i += 1) expect(await answer('')).toMatchObject(WRONG);
  for (let i = 0; i < 10; i += 1)
    await guest.call('/chat/requestFriend', { destId: groups[0] ?? 0, destType: 2 });
  expect((await answer('42')).code).toBe('1');
  expect(await app.sql("SELECT * FROM wrong_tries WHERE key LIKE 'answer:%'")).toEqual([]);
});

test('what is left of tries goes after the day', async ({ app, answer }) => {
  await answer('no');
  app.clock.advance(30 * HOUR);
  await runJobs(
    app.platform,
    jobs.filter(({ name }) => name === 'sweep'),
  );
  expect(await app.sql('SELECT * FROM wrong_tries')).toEqual([]);
});
