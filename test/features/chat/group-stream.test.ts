import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runJobs } from '../../../src/jobs.ts';
import { type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { befriend } from '../../support/friends.ts';
import { addStrangers, groupOf, membersOf, setLevel } from '../../support/groups.ts';
import { onDevice } from '../../support/realtime.ts';

const DAY = 24 * 3600 * 1000;
const TEXT = 2;
let app: TestApp;
let [li, wang, zhao]: Person[] = [];
let group: number;
const here = (who: Person | undefined) => who ?? expect.unreachable('a person');

beforeEach(async () => {
  app = await testApp();
  [li, wang, zhao] = [await person(app, 'li'), await person(app, 'wang'), await person(app, 'zhao')];
  group = await groupOf(here(li), here(wang), here(zhao));
});
afterEach(() => app.close());

const say = async (who: Person | undefined, destId: number, content: string, messageType = TEXT) => {
  const fromType = destId === group ? 2 : 1;
  const msgId = `${messageType === TEXT ? '' : 'about-'}${content.replaceAll(' ', '-')}`;
  const { code } = await here(who).call('/im/send', { msgId, fromType, destId, messageType, content });
  expect(code).toBe('1');
};
/** Every event behind a place, page by page. */
async function stream(who: Person | undefined, { after = 0, limit = 100 } = {}) {
  const all: { seq: number; type: number; content: string }[] = [];
  for (let [at, more] = [after, true]; more; ) {
    const { data } = await here(who).call('/im/sync', { after: at, limit });
    for (const { seq, messageType, content } of data.list)
      all.push({ seq: Number(seq), type: Number(messageType), content });
    [at, more] = [Number(data.seq), data.more === '1'];
  }
  expect(all.map(({ seq }) => seq)).toEqual(all.map(({ seq }) => seq).toSorted((a, b) => a - b));
  return all;
}
const said = async (who: Person | undefined, options?: { after?: number; limit?: number }) =>
  (await stream(who, options)).filter(({ type }) => type === TEXT).map(({ content }) => content);
const last = async () =>
  Number((await app.sql("SELECT seq FROM sqlite_sequence WHERE name = 'inbox'"))[0]?.[0]);
const rows = async () => Number((await app.sql('SELECT count(*) FROM inbox'))[0]?.[0]);

describe('what a group hears', () => {
  test('is one row, and everybody’s but the sending device’s', async () => {
    const before = await rows();
    await say(li, group, 'tea');
    expect((await rows()) - before).toBe(1);
    const pc = await onDevice(app, here(li), 3);
    expect([await said(li), await said(wang), await said(zhao), await said(pc)]).toEqual([
      [],
      ['tea'],
      ['tea'],
      ['tea'],
    ]);
  });

  test('comes in one sequence with what is one’s own, whatever the size of a page', async () => {
    const after = await last();
    const order = Array.from({ length: 12 }, (_, i) => `m${i}`);
    for (const [i, content] of order.entries())
      await (i % 3 === 0 ? say(li, here(wang).id, content) : say(zhao, group, content));
    const whole = await said(wang, { after });
    expect(whole).toEqual(order);
    for (const limit of [1, 2, 3, 5]) expect(await said(wang, { after, limit })).toEqual(whole);
  });

  test('is heard by members alone, from when they come to when they leave, each time that they do', async () => {
    const after = await last();
    await say(li, group, 'before');
    await here(li).call('/chat/removeGroupMember', { groupId: group, destId: here(wang).id });
    expect((await membersOf(here(li), group)).map(([id]) => id)).not.toContain(here(wang).id);
    await say(li, group, 'without wang');
    await here(wang).call('/chat/requestGroupJoin', { groupId: group });
    await here(li).call('/chat/updateGroupMember', {
      groupId: group,
      destId: here(wang).id,
      type: 1,
      ope: 1,
    });
    expect((await membersOf(here(li), group)).map(([id]) => id)).toContain(here(wang).id);
    await say(li, group, 'with wang again');
    await here(wang).call('/chat/quitGroup', { groupId: group });
    await say(li, group, 'without wang again');
    expect(await said(wang, { after })).toEqual(['before', 'with wang again']);
    expect(await said(zhao, { after })).toEqual([
      'before',
      'without wang',
      'with wang again',
      'without wang again',
    ]);
    const stranger = await person(app, 'stranger');
    expect(await stream(stranger)).toEqual([]);
  });

  test('is passed over once it is recalled, and the recall is told', async () => {
    const after = await last();
    await say(li, group, 'spilt');
    await say(li, group, 'spilt', 32);
    const heard = (await stream(wang, { after })).map(({ type, content }) => [type, content]);
    expect(heard).toEqual([[32, 'spilt']]);
  });

  test('is told no second time to those whose devices have all taken it, and goes after 30 days', async () => {
    const after = await last();
    await say(li, group, 'tea');
    const { data } = await here(wang).call('/im/sync', { after });
    expect((await here(wang).call('/im/ack', { seq: data.seq })).code).toBe('1');
    expect(await said(wang, { after })).toEqual([]);
    expect(await said(zhao, { after })).toEqual(['tea']);
    app.clock.advance(31 * DAY);
    await runJobs(app.platform);
    expect(await said(zhao, { after })).toEqual([]);
    expect(await rows()).toBe(0);
    expect(await app.sql('SELECT * FROM group_departures')).toEqual([]);
  });
});

test('what all living devices have taken is told to no new one, once the session that lagged behind has ended', async () => {
  const [tablet, after] = [await onDevice(app, here(wang), 3), await last()];
  await say(li, group, 'tea');
  await here(wang).call('/im/ack', { seq: await last() });
  expect(await said(tablet, { after })).toEqual(['tea']);
  await tablet.call('/chat/doLogout');
  app.clock.advance(61_000);
  await runJobs(app.platform);
  expect(await said(await onDevice(app, here(wang), 2), { after })).toEqual([]);
  expect(await said(zhao, { after })).toEqual(['tea']);
});

test('of somebody who leaves and comes back again and again, the last 20 times are kept', async () => {
  const [after, wanted] = [await last(), here(wang).id];
  const turns = Array.from({ length: 25 }, (_, i) => `turn ${i}`);
  for (const turn of turns) {
    await say(li, group, turn);
    await app.executor.write([
      change('DELETE FROM group_members WHERE group_id = ? AND user_id = ?', group, wanted),
    ]);
    await say(li, group, `no ${turn}`);
    await app.executor.write([
      change('INSERT INTO group_members (group_id, user_id, created_at) VALUES (?, ?, 0)', group, wanted),
    ]);
  }
  await say(li, group, 'at last');
  expect(await app.sql('SELECT count(*) FROM group_departures WHERE user_id = ?', wanted)).toEqual([[20]]);
  expect(await said(wang, { after })).toEqual([...turns.slice(5), 'at last']);
});

describe('a group of 10,000', () => {
  const SIZE = 10_000;

  test('takes its last member and no further one; what is said there is one row, and reaches them', async () => {
    await setLevel(app, group, 1);
    await app.executor.write([
      { sql: 'UPDATE group_levels SET capacity = ? WHERE level = 1', params: [SIZE], kind: 'change' },
    ]);
    await addStrangers(app, group, SIZE - 4);
    const [late, tooLate] = [await person(app, 'late'), await person(app, 'too late')];
    await befriend(here(li), late);
    const join = async (who: Person) => (await who.call('/chat/requestGroupJoin', { groupId: group })).code;
    expect([await join(late), await join(tooLate)]).toEqual(['1', '-5']);
    expect(await membersOf(late, group)).toHaveLength(SIZE);
    const [after, before] = [await last(), await rows()];
    await say(late, group, 'room for everybody');
    expect((await rows()) - before).toBe(1);
    expect([await said(li, { after }), await said(wang, { after })]).toEqual([
      ['room for everybody'],
      ['room for everybody'],
    ]);
    expect((await late.call('/chat/ready')).code).toBe('1');
  });
});
