import { describe, expect } from 'vitest';
import { migrations } from '../../../db/migrations.generated.ts';
import { sealPlainBooks } from '../../../src/features/contacts/seal-plain.ts';
import { jobs } from '../../../src/jobs.ts';
import { type Person, person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { change } from '../../support/bank.ts';

const NUMBERS_A_DAY = 5000;
const NUMBERS_OF_NEWCOMERS = 20_000;
const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

const test = appTest()
  .extend('wang', ({ app }) => person(app, 'wang'))
  .extend(
    'grown',
    ({ app }) =>
      (who: Person) =>
        app.executor.write([
          change('UPDATE users SET created_at = ? WHERE id = ?', app.clock.time - 8 * DAY, who.id),
        ]),
  );

const number = (i: number) => `158${String(i).padStart(8, '0')}`;
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => number(from + i));
const bookOf = (phones: readonly string[]) => JSON.stringify(phones.map((phone) => ({ phone })));
const store = async (who: Person, phones: readonly string[], from?: string) =>
  (await who.call('/chat/inviteContact', { contact: bookOf(phones) }, from ? { from } : {})).data.info as {
    isExists: string;
    reason: string;
  }[];
const match = async (who: Person, phones: readonly string[]) =>
  (await who.call('/chat/myContact', { contact: bookOf(phones) })).data;
const withheld = (entries: readonly { reason: string }[]) =>
  entries.filter(({ reason }) => reason === 'TOO_MANY_NUMBERS').length;
const national = (who: Person) => who.mobile.slice(3);

describe('a user learns of 5,000 distinct numbers in 24 hours', () => {
  test('and beyond them of nobody; what was learnt stays and costs nothing again', async ({
    app,
    li,
    wang,
  }) => {
    const first = numbers(0, NUMBERS_A_DAY - 1);
    expect(withheld(await store(li, [...first, national(wang)]))).toBe(0);
    const hidden = await person(app, 'hidden');
    const entries = await store(li, [national(hidden), national(wang), 'no number', number(7)]);
    expect(entries).toMatchObject([
      { isExists: '0', fuserId: '', nickName: '', reason: 'TOO_MANY_NUMBERS' },
      { isExists: '1', fuserId: String(wang.id), reason: '' },
      { isExists: '0', reason: '' },
      { isExists: '0', reason: '' },
    ]);
    expect(await match(li, [national(hidden), national(wang)])).toMatchObject({
      info: [{ nickName: 'wang', reason: '' }],
      reason: 'TOO_MANY_NUMBERS',
      totalCount: '1',
    });
    expect(await match(li, [national(wang), ...first])).toMatchObject({ reason: '' });
    app.clock.advance(DAY - 1);
    expect(await match(li, [national(hidden)])).toMatchObject({ info: [], reason: 'TOO_MANY_NUMBERS' });
    app.clock.advance(1);
    expect(await match(li, [national(hidden)])).toMatchObject({ info: [{ nickName: 'hidden' }], reason: '' });
  });

  test('a number that was not learnt of is learnt of by no repetition within a book', async ({
    li,
    wang,
  }) => {
    await store(li, numbers(0, NUMBERS_A_DAY));
    const one = national(wang);
    expect(withheld(await store(li, [one, `+86 ${one}`, `0086${one}`]))).toBe(3);
  });

  test('also by searching, and by both together', async ({ app, li, wang }) => {
    const find = async (mobile: string) => (await li.call('/chat/queryUser', { mobile })).data.info;
    expect(await find(national(wang))).toMatchObject([{ id: String(wang.id), mobile: wang.mobile }]);
    expect(withheld(await store(li, numbers(0, NUMBERS_A_DAY)))).toBe(1);
    const hidden = await person(app, 'hidden');
    expect(await find(national(hidden))).toEqual([]);
    expect(await find(national(wang))).toMatchObject([{ id: String(wang.id), mobile: wang.mobile }]);
    // Found by another way, the number that was typed is still not confirmed.
    await app.executor.write([
      change('UPDATE users SET nick_name = ? WHERE id = ?', national(hidden), hidden.id),
    ]);
    expect(await find(national(hidden))).toMatchObject([{ id: String(hidden.id), mobile: '' }]);
  });

  test('however many calls come at once', async ({ app, li }) => {
    const books = Array.from({ length: 6 }, (_, i) => numbers(i * 1500, 1500));
    const answers = await Promise.all(books.map((book) => store(li, book)));
    const learnt = answers.flat().length - withheld(answers.flat());
    expect(learnt).toBe(NUMBERS_A_DAY);
    expect(await app.sql('SELECT count(*) FROM learnt_numbers WHERE user_id = ?', li.id)).toEqual([
      [NUMBERS_A_DAY],
    ]);
  });
});

describe('new accounts of one network learn of 20,000 together', () => {
  const it = test.extend('crowdFrom', ({ app }) => async (addresses: readonly string[]) => {
    let learnt = 0;
    for (const [i, from] of addresses.entries()) {
      const who = await person(app);
      const entries = await store(who, numbers(i * NUMBERS_A_DAY, NUMBERS_A_DAY), from);
      learnt += entries.length - withheld(entries);
    }
    return learnt;
  });

  it('of one address, and others go on; an hour more than a day later they may again', async ({
    app,
    li,
    wang,
    grown,
    crowdFrom,
  }) => {
    expect(await crowdFrom(Array<string>(5).fill('198.51.100.7'))).toBe(NUMBERS_OF_NEWCOMERS);
    expect(withheld(await store(await person(app), [national(wang)], '198.51.100.8'))).toBe(0);
    await grown(li);
    expect(withheld(await store(li, numbers(0, NUMBERS_A_DAY), '198.51.100.7'))).toBe(0);
    expect(withheld(await store(await person(app), [national(wang)], '198.51.100.7'))).toBe(1);
    app.clock.advance(DAY + HOUR);
    expect(withheld(await store(await person(app), [national(wang)], '198.51.100.7'))).toBe(0);
  });

  it('of one IPv6 /64, and more in the /56 around it', async ({ crowdFrom }) => {
    const inOne = [
      '2001:db8:0:1::1',
      '2001:db8:0:1::2',
      '2001:db8:0:1:ffff::',
      '2001:db8:0:1::4',
      '2001:db8:0:1::5',
    ];
    expect(await crowdFrom(inOne)).toBe(NUMBERS_OF_NEWCOMERS);
    const around = Array.from({ length: 5 }, (_, i) => `2001:db8:0:${i + 2}::1`);
    expect(await crowdFrom(around)).toBe(NUMBERS_OF_NEWCOMERS);
  });
});

describe('what is stored of an address book', () => {
  const it = test.extend('everything', ({ app }) => async () => {
    const tables = await app.sql(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%contact%' OR name LIKE 'learnt%' AND type = 'table'",
    );
    const rows = await Promise.all(tables.map(([name]) => app.sql(`SELECT * FROM ${String(name)}`)));
    return JSON.stringify(rows);
  });
  const contact = JSON.stringify([{ phone: '158 1234 5678', markName: '小红', header: 'http://h/1.png' }]);

  it('is sealed for its owner, and numbers are digests of his own', async ({ app, li, wang, everything }) => {
    for (const who of [li, wang]) await who.call('/chat/inviteContact', { contact });
    const stored = await everything();
    for (const secret of ['1234', '小红', 'h/1.png']) expect(stored).not.toContain(secret);
    expect((await li.call('/chat/inviteContact')).data.info).toMatchObject([
      { phone: '158 1234 5678', markName: '小红', header: 'http://h/1.png' },
    ]);
    expect(await app.sql('SELECT count(DISTINCT digest) FROM learnt_numbers')).toEqual([[2]]);
    // Moved to another, it opens for nobody.
    await app.executor.write([
      change('DELETE FROM contact_books WHERE user_id = ?', wang.id),
      change('UPDATE contact_books SET user_id = ? WHERE user_id = ?', wang.id, li.id),
    ]);
    expect((await wang.call('/chat/inviteContact')).data.info).toEqual([]);
  });

  it('still names the uploads that its pictures are, so that they stay', async ({ app, li }) => {
    const key = '1512615105030_op0JRv1512615102269172.jpg';
    const header = `http://127.0.0.1:8787/upload/${key}`;
    await li.call('/chat/inviteContact', {
      contact: JSON.stringify([
        { phone: '1', header },
        { phone: '2', header: '' },
      ]),
    });
    expect(await app.sql('SELECT files FROM contact_books')).toEqual([[key.slice(0, -4)]]);
  });

  const plain = (who: Person, position: number, phone: string, mobile: string, name: string) =>
    change('INSERT INTO contacts VALUES (?, ?, ?, ?, ?, ?)', who.id, position, phone, mobile, name, '');

  it('from before is read as it was, then sealed; it costs nothing, and one that was sent meanwhile stays', async ({
    app,
    li,
    wang,
    everything,
  }) => {
    await app.executor.write([
      plain(li, 0, national(wang), wang.mobile, '老王'),
      plain(li, 1, '10086', '', '移动'),
      plain(wang, 0, '158 0000 0001', '+8615800000001', '旧'),
    ]);
    const before = (await li.call('/chat/inviteContact')).data.info;
    expect(before).toMatchObject([
      { phone: national(wang), markName: '老王', isExists: '1' },
      { phone: '10086' },
    ]);
    await store(wang, ['13800000000']);
    expect(await sealPlainBooks(app.platform)).toBe(1);
    expect(await app.sql('SELECT count(*) FROM contacts')).toEqual([[0]]);
    expect((await li.call('/chat/inviteContact')).data.info).toEqual(before);
    expect((await wang.call('/chat/inviteContact')).data.info).toMatchObject([{ phone: '13800000000' }]);
    expect(await everything()).not.toContain('老王');
    expect(await sealPlainBooks(app.platform)).toBe(0);
  });

  it('what it taught is known when it is sealed, and counts for no day', async ({ app, li }) => {
    await app.executor.write(numbers(0, 100).map((phone, i) => plain(li, i, phone, `+86${phone}`, '')));
    await sealPlainBooks(app.platform);
    expect(withheld(await store(li, numbers(100, NUMBERS_A_DAY)))).toBe(0);
    expect(withheld(await store(li, [...numbers(0, 100), number(90_000)]))).toBe(1);
  });

  it('goes after 30 days, as far as it says what was learnt', async ({ app, li, wang }) => {
    await store(li, [national(wang)], '198.51.100.7');
    const sweep = jobs.find(({ name }) => name === 'sweep');
    app.clock.advance(30 * DAY - 1);
    await sweep?.run(app.platform);
    expect(await app.sql('SELECT count(*) FROM learnt_numbers')).toEqual([[1]]);
    expect(await app.sql('SELECT count(*) FROM learnt_by_network')).toEqual([[0]]);
    app.clock.advance(1);
    await sweep?.run(app.platform);
    expect(await app.sql('SELECT count(*) FROM learnt_numbers')).toEqual([[0]]);
  });
});

test('the migration that brings the tables is the last that knows a plain book', () => {
  const writing = migrations
    .flatMap(({ statements }) => statements)
    .filter((text) => /INTO [`"]?contacts\b/.test(text));
  expect(writing).toEqual([]);
});
