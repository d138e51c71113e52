import { type SQL, sql } from 'drizzle-orm';
import { groups, JOIN } from '../../../../db/schema/groups.ts';
import { p } from '../../../platform/database/query.ts';
import { feeInForce } from '../joining/fee.ts';
import { levelInForce } from './level.ts';

const fee = sql`CASE WHEN join_mode = ${JOIN.paid} THEN ${feeInForce} ELSE 0 END`;

/** What `groupView` shows the owner, in its order, as SQL over a row of `groups` (a test compares them). */
const shown: readonly (readonly [key: string, value: SQL])[] = [
  ['id', sql`id`],
  ['name', sql`name`],
  ['descriptions', sql`description`],
  ['detail', sql`detail`],
  ['headUrl', sql`head_url`],
  ['creatorId', sql`owner_id`],
  ['createrId', sql`owner_id`],
  ['createTime', sql`created_at`],
  ['joinStatus', sql`join_mode`],
  ['question', sql`question`],
  ['answer', sql`answer`],
  ['level', levelInForce],
  ['expire', sql`level_expires_at`],
  ['fee', sql`printf('%d.%02d', ${fee} / 100, ${fee} % 100)`],
  ['robot', sql`robot`],
  ['welcome', sql`welcome`],
  ['isset', sql`welcome <> ''`],
];
const pairs = shown.map(([key, value]) => sql`${sql.raw(`'${key}'`)}, CAST(${value} AS TEXT)`);

/**
 * SQL of the envelope that answers with the group as its owner sees it: only the batch knows what it has become.
 * Values: `group`, `now`.
 */
export const groupReply = sql`(SELECT json_object('code', '1', 'data', json_object(${sql.join(pairs, sql`, `)}))
  FROM ${groups} WHERE id = ${p('group')})`;
