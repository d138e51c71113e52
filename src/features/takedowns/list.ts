import { count, desc, getTableColumns, lt } from 'drizzle-orm';
import { takedowns } from '../../../db/schema/takedowns.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareSelect } from '../../platform/database/query.ts';

const page = prepareSelect<{ before: number }>()(getTableColumns(takedowns), (select) =>
  select
    .from(takedowns)
    .where(lt(takedowns.id, p('before')))
    .orderBy(desc(takedowns.id))
    .limit(LIST_SIZE),
);
const counted = prepareSelect<void>()({ total: count() }, (select) => select.from(takedowns));

/** Takedowns below a number, newest first, a page of them. */
export const listTakedowns = (db: Db, before: number) => db.read(page({ before }));
/** How many there were. */
export const countTakedowns = async (db: Db): Promise<number> => (await db.read(counted()))[0]?.total ?? 0;
