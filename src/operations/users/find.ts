import { type SQL, sql } from 'drizzle-orm';
import { USER, users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { LIST_SIZE, MOST_COUNTED } from '../../core/operator-page.ts';
import { fold } from '../../core/text/fold.ts';
import { type FoundAccount, findAccounts } from '../../features/accounts/find.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';

type Range = { readonly from: string; readonly until: string };
type Behind = Range & { readonly name: string; readonly id: number };
type Row = {
  readonly id: UserId;
  readonly mobile: string;
  readonly imNumber: string;
  readonly name: string;
  readonly status: number;
  readonly folded: string;
};

const isIn = (status: number) =>
  sql`nick_folded IS NOT NULL AND status = ${sql.raw(String(status))} AND nick_folded >= ${p('from')} AND nick_folded < ${p('until')}`;
const named = (condition: SQL) =>
  prepareRead<Behind, Row>(
    sql`SELECT id, mobile, COALESCE(vip_number, ''), nick_name, status, nick_folded FROM ${users}
      WHERE ${condition} AND (nick_folded, id) > (${p('name')}, ${p('id')})
      ORDER BY nick_folded, id LIMIT ${sql.raw(String(LIST_SIZE))}`,
    ['id', 'mobile', 'imNumber', 'name', 'status', 'folded'],
  );
const counted = (condition: SQL) =>
  prepareRead<Range, { total: number }>(
    sql`SELECT count(*) FROM (SELECT 1 FROM ${users} WHERE ${condition} LIMIT ${sql.raw(String(MOST_COUNTED))})`,
    ['total'],
  );

const namedAndOpen = named(isIn(USER.valid));
const namedAndShut = named(isIn(USER.disabled));
const countOpen = counted(isIn(USER.valid));
const countShut = counted(isIn(USER.disabled));

/** Where a page of names begins: behind this one. */
export interface NameKey {
  readonly name: string;
  readonly id: number;
}

/** An account, and where it stands among names; those that were found by a number stand before all names. */
export type Found = FoundAccount & { readonly key?: NameKey };

const byName = (a: Row, b: Row) => (a.folded === b.folded ? a.id - b.id : a.folded < b.folded ? -1 : 1);

/** Accounts whose name begins like the text, open and shut ones alike, in the order of their names. */
async function findNamed({ db }: Platform, text: string, after: NameKey | undefined) {
  const from = fold(text);
  if (from === '') return { rows: [], total: 0 };
  const range = { from, until: `${from}\u{10ffff}` };
  const behind = { ...range, name: after?.name ?? '', id: after?.id ?? 0 };
  const { open, shut, openTotal, shutTotal } = await db.read({
    open: namedAndOpen(behind),
    shut: namedAndShut(behind),
    openTotal: countOpen(range),
    shutTotal: countShut(range),
  });
  const rows = [...open, ...shut].sort(byName).slice(0, LIST_SIZE);
  const found = rows.map(
    ({ folded, status, ...row }): Found => ({
      ...row,
      isDisabled: status === USER.disabled,
      key: { name: folded, id: row.id },
    }),
  );
  return { rows: found, total: (openTotal[0]?.total ?? 0) + (shutTotal[0]?.total ?? 0) };
}

/**
 * The accounts that a text may mean: by number, mobile or IM number; where it is none of these, those whose name
 * begins with it.
 */
export async function findUsers(home: Platform, text: string, after: NameKey | undefined) {
  const byNumber = after ? [] : await findAccounts(home.db, text);
  if (byNumber.length > 0) return { rows: byNumber as readonly Found[], total: byNumber.length };
  return findNamed(home, text, after);
}
