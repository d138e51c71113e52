import { beforeAll, describe, expect, test } from 'vitest';
import { expectRefusal, newPerson, type Person } from './support/client.ts';

let me: Person;
let wang: Person;
let shy: Person;
beforeAll(async () => {
  [me, wang, shy] = await Promise.all([newPerson(), newPerson('王'), newPerson('羞')]);
  await shy.call('/chat/updatePrivateSetting', { needAuth: 1, newNotification: 0, searchMobile: 0 });
});

const book = () =>
  JSON.stringify([
    { phone: `+86 ${wang.mobile}`, markName: '老王', header: '' },
    { phone: shy.mobile, markName: '阿羞', header: '' },
    { phone: '10086', markName: '移动 "客服"', header: '' },
  ]);
const expected = () => [
  { isExists: '1', markName: '老王', nickName: '王', fuserId: String(wang.id) },
  { isExists: '0', phone: shy.mobile, nickName: '', fuserId: '' },
  { isExists: '0', phone: '10086', markName: '移动 "客服"' },
];

describe('an address book', () => {
  test('is stored by /chat/inviteContact and comes back with who is here', async () => {
    const stored = await me.call('/chat/inviteContact', { contact: book() });
    expect(stored.data.info).toMatchObject(expected());
    expect((await me.call('/chat/inviteContact')).data).toEqual(stored.data);
    expect((await wang.call('/chat/inviteContact')).data.info).toEqual([]);
  });

  test('is matched by /chat/myContact without being stored, escaped once too often as well', async () => {
    const other = await newPerson();
    const contact = book().replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    const { data } = await other.call('/chat/myContact', { contact });
    expect(data.info).toMatchObject(expected().slice(0, 1));
    expect(data.info).toHaveLength(1);
    expect(data).toMatchObject({ totalCount: '1', list: [{ userId: String(wang.id), isFriend: '0' }] });
    expect((await other.call('/chat/inviteContact')).data.info).toEqual([]);
  });

  test('of 5,000 entries is taken in, of more refused', async () => {
    const many = (length: number) =>
      JSON.stringify(
        Array.from({ length }, (_, i) => ({
          phone: `159${String(i).padStart(8, '0')}`,
          markName: `联系人${i}`,
        })),
      );
    expect((await me.call('/chat/inviteContact', { contact: many(5000) })).data.info).toHaveLength(5000);
    expectRefusal(await me.call('/chat/inviteContact', { contact: many(5001) }), -1);
    expectRefusal(await me.call('/chat/myContact', { contact: 'x' }), -1);
    expect((await me.call('/chat/inviteContact', { contact: '[]' })).data.info).toEqual([]);
  });
});
