import { expect } from 'vitest';
import { remindOfExpiredLevels } from '../../../src/features/groups/levels/remind-expired.ts';
import { type Params, type Person, person } from '../../support/app.ts';
import { sharedAppTest } from '../../support/app-test.ts';
import { freshDatabase } from '../../support/database.ts';
import { befriend } from '../../support/friends.ts';
import { addStrangers, groupOf, setLevel } from '../../support/groups.ts';
import { deposit } from '../../support/ledger.ts';
import { PAY_PASSWORD, withPayPassword } from '../../support/money.ts';
import { recordedScans, recording } from '../../support/plans.ts';

const test = sharedAppTest()
  .extend('record', { scope: 'file' }, async () => recording((await freshDatabase()).executor))
  .extend('options', { scope: 'file' }, ({ record }) => ({ executor: record.executor }))
  .extend('owner', { scope: 'file' }, ({ app }) => person(app, 'owner'))
  .extend('member', { scope: 'file' }, ({ app }) => person(app, 'member'))
  .extend('guest', { scope: 'file' }, ({ app }) => person(app, 'guest'))
  .extend('group', { scope: 'file' }, ({ owner, member }) => groupOf(owner, member));
test.beforeAll(async ({ app, owner, guest, group }) => {
  await befriend(owner, guest);
  await setLevel(app, group, 4);
  await addStrangers(app, group, 50);
  for (const who of [owner, guest]) {
    await withPayPassword(app, who);
    await app.platform.db.write(deposit(who.id, 100_00, app.platform.ids.next()));
  }
});

test('members come by one query, and a search by one', async ({ record, member, group }) => {
  record.clear();
  await member.call('/chat/getGroupMember', { groupId: group });
  await member.call('/chat/queryGroup', { groupName: '老茶馆' });
  // Each beside the question whether the session lives; the search asks by number and by name.
  expect(record.reads.map((statements) => statements.length)).toEqual([2, 3]);
  expect(record.writes).toEqual([]);
});

/** Levels are four; ids of a request are as many as it has. */
const SMALL = ['group_levels', 'wanted'];

// The last one: bun:sqlite takes a changing statement that was explained for one that still runs.
test('no call about groups walks through a table', async ({ record, app, owner, member, guest, group }) => {
  record.clear();
  const call = (who: Person, path: string, params: Params = {}) =>
    who.call(path, { groupId: group, ...params });
  const did = async (who: Person, path: string, params: Params = {}) =>
    expect((await call(who, path, params)).code, path).toBe('1');
  await did(owner, '/chat/createGroup', { name: '新', ids: member.id });
  await did(member, '/chat/updateGroupMemberMark', { markName: '茶客' });
  await did(owner, '/chat/updateGroup', { name: '茶馆' });
  await did(member, '/chat/getGroupMember');
  await did(guest, '/chat/queryGroup', { groupName: '茶馆' });
  await did(guest, '/chat/getGroupById');
  await did(owner, '/chat/setGroupHeader', { url: '/a.jpg' });
  await did(owner, '/chat/createGroupNote', { title: 't', content: 'c' });
  const { list } = (await call(member, '/chat/getNoteList')).data;
  await did(owner, '/chat/updateGroupNote', { noteId: list[0].id, title: 'x' });
  await did(owner, '/chat/deleteGroupNote', { noteId: list[0].id });
  await did(owner, '/chat/updateGroupDesc', { descriptions: 'd' });
  await did(owner, '/chat/setGroupAdmin', { destId: member.id });
  await did(owner, '/chat/updateJoinstatus', { status: 1 });
  await did(guest, '/chat/requestGroupJoin', { answer: 'x' });
  for (const type of [1, 2, 3, 4])
    await did(owner, '/chat/updateGroupMember', { destId: guest.id, type, ope: 1, ext: '1' });
  await did(member, '/chat/getGroupMemberById', { destId: guest.id });
  await did(owner, '/chat/removeGroupMember', { destId: guest.id });
  await did(owner, '/chat/addGroupMember', { inviteIds: guest.id });
  await did(guest, '/chat/quitGroup');
  const pwd = PAY_PASSWORD;
  expect((await call(owner, '/chat/payForGroupLevel', { pwd, level: 4 })).code).toBe('-1');
  await did(owner, '/chat/payForGroupExt', { pwd });
  await did(owner, '/chat/updateJoinstatus', { status: 6, fee: '5' });
  await did(guest, '/chat/payForGroupJoin', { pwd });
  await remindOfExpiredLevels(app.platform);
  await did(owner, '/chat/transGroup', { destId: member.id });
  await did(member, '/chat/transGroupConfirm', { destId: owner.id, accept: 1 });
  await did(owner, '/chat/queryGroupConfig');
  await did(member, '/chat/ready');
  await did(member, '/chat/dismissGroup');
  expect(record.reads.length + record.writes.length).toBeGreaterThan(25);
  expect(await recordedScans(record, SMALL)).toEqual([]);
});
