import { sql } from 'drizzle-orm';
import { groups } from '../../../../db/schema/groups.ts';
import { yuanSql } from '../../../core/fen-sql.ts';
import { envelopeSql } from '../../../http/envelope-sql.ts';
import { p } from '../../../platform/database/query.ts';
import { feeNow } from '../joining/fee.ts';
import { levelInForce } from './level.ts';

/** What `groupView` shows the owner, in its order, as SQL over a row of `groups` (a test compares them). */
const shown = {
  id: sql`id`,
  name: sql`name`,
  descriptions: sql`description`,
  detail: sql`detail`,
  headUrl: sql`head_url`,
  creatorId: sql`owner_id`,
  createrId: sql`owner_id`,
  createTime: sql`created_at`,
  joinStatus: sql`join_mode`,
  question: sql`question`,
  answer: sql`answer`,
  level: levelInForce,
  expire: sql`level_expires_at`,
  fee: yuanSql(feeNow),
  robot: sql`robot`,
  welcome: sql`welcome`,
  isset: sql`welcome <> ''`,
};

/**
 * SQL of the envelope that answers with the group as its owner sees it: only the batch knows what it has become.
 * Values: `group`, `now`.
 */
export const groupReply = sql`(SELECT ${envelopeSql(shown)}
  FROM ${groups} WHERE id = ${p('group')})`;
