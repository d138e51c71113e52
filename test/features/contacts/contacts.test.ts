import { describe, expect } from 'vitest';
import { readEntries } from '../../../src/features/contacts/entries.ts';
import { type Person, person, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { freshDatabase } from '../../support/database.ts';
import { befriend } from '../../support/friends.ts';
import { recordedScans, recording } from '../../support/plans.ts';

const test = appTest().extend('wang', ({ app }) => person(app, 'wang'));

type Entry = { phone: string | number; markName?: string; header?: string };
const book = (...entries: Entry[]) => JSON.stringify(entries);
const store = async (who: Person, contact: string) => who.call('/chat/inviteContact', { contact });
const national = (who: Person) => who.mobile.slice(3);
const unregistered = { isExists: '0', fuserId: '', nickName: '' };

describe('an address book', () => {
  test('comes back in its order, with who of it is here', async ({ li, wang }) => {
    const reply = await store(
      li,
      book(
        { phone: '15900000001', markName: '某人', header: 'http://h/1.png' },
        { phone: national(wang), markName: '老王' },
      ),
    );
    expect(reply).toMatchObject({
      code: '1',
      data: {
        info: [
          {
            ...unregistered,
            phone: '15900000001',
            markName: '某人',
            header: 'http://h/1.png',
            userId: String(li.id),
          },
          {
            isExists: '1',
            phone: national(wang),
            markName: '老王',
            header: '',
            nickName: 'wang',
            fuserId: String(wang.id),
            userId: String(li.id),
          },
        ],
      },
    });
  });

  test('takes the place of the former one; without one, or with an empty one, the stored is shown', async ({
    li,
    wang,
  }) => {
    await store(li, book({ phone: '15900000001' }));
    await store(li, book({ phone: national(wang) }));
    for (const params of [{}, { contact: '' }]) {
      const { data } = await li.call('/chat/inviteContact', params);
      expect(data.info.map(({ phone }: { phone: string }) => phone)).toEqual([national(wang)]);
    }
    await store(li, '[]');
    expect((await li.call('/chat/inviteContact')).data.info).toEqual([]);
  });

  test('is seen by its owner alone', async ({ li, wang }) => {
    await store(li, book({ phone: national(wang) }));
    expect((await wang.call('/chat/inviteContact')).data.info).toEqual([]);
  });

  test('finds a mobile however it is written, and no other that contains it', async ({ li, wang }) => {
    const digits = national(wang);
    const spellings = [
      digits,
      wang.mobile,
      `86${digits}`,
      `0086${digits}`,
      `${digits.slice(0, 3)}-${digits.slice(3, 7)}-${digits.slice(7)}`,
      `+86 ${digits.slice(0, 3)} ${digits.slice(3)}`,
      `(${digits.slice(0, 3)})${digits.slice(3)}`,
    ];
    const others = [digits.slice(1), `${digits}0`, digits.slice(0, 8), `+1${digits}`, '10086', '某'];
    const { data } = await store(li, book(...[...spellings, ...others].map((phone) => ({ phone }))));
    const exists = data.info.map(({ isExists }: { isExists: string }) => isExists);
    expect(exists).toEqual([...spellings.map(() => '1'), ...others.map(() => '0')]);
  });

  test('finds numbers of other countries by their country code', async ({ app, li, wang }) => {
    await app.executor.write([
      {
        sql: 'UPDATE users SET mobile = ? WHERE id = ?',
        params: ['+12025550123', wang.id],
        kind: 'change',
      },
    ]);
    const { data } = await store(li, book({ phone: '+1 (202) 555-0123' }, { phone: '2025550123' }));
    expect(data.info.map(({ isExists }: { isExists: string }) => isExists)).toEqual(['1', '0']);
  });

  test('does not find who may not be found by mobile, nor disabled accounts', async ({ app, li, wang }) => {
    const off = { needAuth: 1, newNotification: 0, searchMobile: 0 };
    await wang.call('/chat/updatePrivateSetting', off);
    const gone = await person(app, 'gone');
    await app.executor.write([
      { sql: 'UPDATE users SET status = 0 WHERE id = ?', params: [gone.id], kind: 'change' },
    ]);
    const contact = book({ phone: national(wang) }, { phone: national(gone) });
    expect((await store(li, contact)).data.info).toMatchObject([unregistered, unregistered]);
    const mine = (await li.call('/chat/myContact', { contact })).data;
    expect(mine.info).toEqual([]);
    expect(mine).toMatchObject({ totalCount: '0', list: [] });
  });

  test.for(['x', '{}', '"x"', '[1]', '[[1]]', '[null]', '{"phone":"1"}', '[{]'])(
    'that is %s is refused, and the stored one stays',
    async (contact, { li }) => {
      await store(li, book({ phone: '15900000001' }));
      for (const path of ['/chat/inviteContact', '/chat/myContact']) {
        expect(await li.call(path, { contact })).toMatchObject({
          code: '-1',
          data: { info: '参数不正确', field: 'contact' },
        });
      }
      expect((await li.call('/chat/inviteContact')).data.info).toHaveLength(1);
    },
  );

  test('of more than 5,000 entries is refused, of 5,000 taken in whole', async ({ li, wang }) => {
    const many = (count: number) =>
      book(
        ...Array.from({ length: count }, (_, i) => ({
          phone: i === count - 1 ? national(wang) : `1590000${String(i).padStart(4, '0')}`,
          markName: `联系人 ${i}`,
          header: `https://example.com/heads/${i}.png`,
        })),
      );
    expect((await store(li, many(5001))).code).toBe('-1');
    const reply = await store(li, many(5000).replaceAll('"', '\\"'));
    expect(reply.code).toBe('1');
    expect(reply.data.info).toHaveLength(5000);
    expect(reply.data.info.at(-1)).toMatchObject({ isExists: '1', markName: '联系人 4999' });
  });
});

describe('reading entries', () => {
  const plain = '[{"phone":"138","markName":"a \\"b\\" \\\\ 张","header":""}]';
  const expected = [{ phone: '138', name: 'a "b" \\ 张', headUrl: '' }];

  test('takes the array as it is, escaped once and twice too often, and as a JSON text', () => {
    const once = JSON.stringify(plain).slice(1, -1);
    const twice = JSON.stringify(once).slice(1, -1);
    for (const text of [plain, once, twice, JSON.stringify(plain), JSON.stringify(JSON.stringify(plain))]) {
      expect(readEntries(text), text).toEqual(expected);
    }
  });

  test('leaves out entries without a phone, takes numbers as phones, and cuts long texts', () => {
    const odd = [
      { phone: '', markName: 'a' },
      { phone: null },
      { markName: 'b' },
      { phone: 13_800_000_000 },
      { phone: ' 139 ', markName: `${'长'.repeat(99)}😀😀`, header: 7 },
      { phone: '140\u0000', markName: { a: 1 }, header: null },
    ];
    expect(readEntries(JSON.stringify(odd))).toEqual([
      { phone: '13800000000', name: '', headUrl: '' },
      { phone: '139', name: `${'长'.repeat(99)}😀`, headUrl: '7' },
      { phone: '140', name: '', headUrl: '' },
    ]);
  });
});

describe('myContact', () => {
  test('stores nothing, shows the entries that are somebody’s, and pages the users among them, each once', async ({
    app,
    li,
  }) => {
    const crowd: Person[] = [];
    for (let i = 0; i < 22; i += 1) crowd.push(await person(app, `p${i}`));
    const [friend] = crowd;
    if (friend) await befriend(li, friend);
    const entries = crowd.map((each) => ({ phone: national(each) }));
    const contact = book({ phone: '15900000001' }, ...entries, ...entries);
    const { data } = await li.call('/chat/myContact', { contact });
    expect(data.info).toHaveLength(44);
    expect(data.info[0]).toMatchObject({ isExists: '1', nickName: 'p0' });
    expect(data).toMatchObject({ totalCount: '22', totalPage: '2', pageNo: '1' });
    expect(data.list).toHaveLength(20);
    expect(data.list[0]).toEqual({ userId: String(friend?.id), nickName: 'p0', headUrl: '', isFriend: '1' });
    expect(data.list[1].isFriend).toBe('0');
    const second = (await li.call('/chat/myContact', { contact, pageNo: 2 })).data;
    expect(second.list.map(({ nickName }: { nickName: string }) => nickName)).toEqual(['p20', 'p21']);
    expect((await li.call('/chat/inviteContact')).data.info).toEqual([]);
  });

  test('shows one who was asked but has not accepted as no friend', async ({ li, wang }) => {
    await li.call('/chat/requestFriend', { destId: wang.id, destType: 1 });
    const { data } = await li.call('/chat/myContact', { contact: book({ phone: national(wang) }) });
    expect(data.list).toMatchObject([{ userId: String(wang.id), isFriend: '0' }]);
  });
});

test('5,000 entries are matched by one statement, which walks through no table', async () => {
  const record = recording((await freshDatabase()).executor);
  const watched = await testApp({ executor: record.executor });
  const a = await person(watched, 'a');
  const contact = book(
    ...Array.from({ length: 5000 }, (_, i) => ({ phone: `1590000${String(i).padStart(4, '0')}` })),
  );
  // From where somebody calls is noted with their first change.
  await a.call('/chat/setTop', { destId: 500, destType: 1 });
  record.clear();
  await a.call('/chat/inviteContact', { contact });
  await a.call('/chat/myContact', { contact });
  // One batch each: the session, what is learnt and counted, the answer; and the old book out, the new one in. The
  // session is proved before, because such a body is not read for anybody.
  expect(record.writes.map((batch) => batch.length)).toEqual([8, 4]);
  // Before the book is sealed, its owner's key is read. The hub looks at the inbox beside, and at who has come and gone;
  // before each call it is asked who may search.
  const ofCalls = record.reads.filter(([first]) => !/inbox|presence|"steps"/.test(first?.sql ?? ''));
  expect(ofCalls.map((batch) => batch.length)).toEqual([1, 1, 1]);
  expect(await recordedScans(record)).toEqual([]);
  await watched.close();
});
