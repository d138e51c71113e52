import { afterAll, describe, expect, test } from 'vitest';
import { hardestAdapters } from '../../support/adapters.ts';
import { person, testApp } from '../../support/app.ts';
import { addStrangers, groupOf, membersOf } from '../../support/groups.ts';
import { startSqld } from '../../support/sqld.ts';

const sqld = await startSqld();
const adapters = hardestAdapters(sqld);
afterAll(async () => {
  for (const adapter of adapters) adapter.dispose();
  await sqld?.stop();
});

describe.each(adapters.map((adapter) => [adapter.name, adapter] as const))('on %s', (_, adapter) => {
  test('groups are found by a part of their name, and hold as many as they may', async () => {
    await adapter.reset();
    const executor = await adapter.openMigrated();
    const app = await testApp({ executor });
    const owner = await person(app, 'owner');
    const friend = await person(app, 'friend');
    const group = await groupOf(owner, friend);
    const find = async (groupName: string) =>
      (await friend.call('/chat/queryGroup', { groupName })).data.info;
    expect(await find('茶馆')).toMatchObject([{ id: String(group) }]);
    await owner.call('/chat/updateGroup', { groupId: group, name: '新茶馆💥' });
    expect([await find('老茶'), (await find('馆💥')).length]).toEqual([[], 1]);
    await addStrangers(app, group, 95);
    const crowd = [];
    for (let i = 0; i < 8; i++) crowd.push(await person(app));
    const replies = await Promise.all(
      crowd.map((each) => each.call('/chat/requestGroupJoin', { groupId: group })),
    );
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(3);
    expect(await membersOf(owner, group)).toHaveLength(100);
    await owner.call('/chat/dismissGroup', { groupId: group });
    expect(await find('茶馆')).toEqual([]);
    await app.close();
  });
});
