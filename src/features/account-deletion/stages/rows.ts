import { sql } from 'drizzle-orm';
import { ERASABLE } from '../../../../db/personal-data.generated.ts';
import { p } from '../../../platform/database/query.ts';
import { deletingFound, inPage, type Stage, walkingThrough } from '../stage.ts';

/** These have a stage of their own, which looks at more than whose they are. */
const OWN_STAGE: readonly string[] = ['inbox'];

/** What the register of personal data says goes, a stage for each place. */
export const rowStages: readonly Stage[] = ERASABLE.filter(({ table }) => !OWN_STAGE.includes(table)).map(
  ({ table, column, isIndexed }) => {
    const rows = sql.identifier(table);
    const isTheirs = sql`${sql.identifier(column)} = ${p('user')}`;
    return isIndexed
      ? deletingFound(sql`${rows}`, isTheirs)
      : walkingThrough(sql`${rows}`, [sql`DELETE FROM ${rows} WHERE ${inPage} AND ${isTheirs}`]);
  },
);
