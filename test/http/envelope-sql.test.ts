import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { yuan } from '../../src/core/fen.ts';
import { yuanSql } from '../../src/core/fen-sql.ts';
import { envelope } from '../../src/http/envelope.ts';
import { envelopeSql } from '../../src/http/envelope-sql.ts';
import { p, prepareRead } from '../../src/platform/database/query.ts';
import { freshDatabase } from '../support/database.ts';

test('an envelope that SQL writes is the one that a handler’s answer gets', async () => {
  const { db, executor } = await freshDatabase();
  const values = { text: '喝"茶"\\', none: null, amount: 1_000_050, count: 0 };
  const write = prepareRead<typeof values, { reply: string }>(
    sql`SELECT ${envelopeSql({
      text: p('text'),
      none: p('none'),
      amount: yuanSql(p('amount')),
      isCounted: sql`${p('count')} = 0`,
    })}`,
    ['reply'],
  );
  const [found] = await db.read(write(values));
  const { text, none, amount } = values;
  expect(found?.reply).toBe(envelope(1, { text, none, amount: yuan(amount), isCounted: true }));
  await executor.close();
});

test.each([0, 1, 99, 100, 123_456_789])('%d fen read alike in SQL and in TypeScript', async (amount) => {
  const { db, executor } = await freshDatabase();
  const read = prepareRead<{ amount: number }, { yuan: string }>(sql`SELECT ${yuanSql(p('amount'))}`, [
    'yuan',
  ]);
  const [found] = await db.read(read({ amount }));
  expect(found?.yuan).toBe(yuan(amount));
  await executor.close();
});
