import { sql } from 'drizzle-orm';
import { deletions } from '../../../../db/schema/deletions.ts';
import { users } from '../../../../db/schema/users.ts';
import { numberOrders, vipNumbers } from '../../../../db/schema/vip-numbers.ts';
import type { ChangeId, UserId } from '../../../core/ids.ts';
import { p, prepareChange } from '../../../platform/database/query.ts';
import type { Platform } from '../../../realtime/context.ts';
import { lastSeq } from '../../../realtime/inbox.ts';
import { NOBODY } from '../stage.ts';

type Beginning = {
  readonly user: UserId;
  readonly now: number;
  readonly plan: string;
  readonly mark_change: ChangeId;
};
type Begun = Omit<Beginning, 'plan'>;

const user = p('user');
const nobody = sql.raw(`'${NOBODY}'`);
const theirs = (column: string) => sql`(SELECT ${sql.raw(column)} FROM ${users} WHERE id = ${user})`;
const begun = sql`EXISTS (SELECT 1 FROM ${deletions} WHERE user_id = ${user} AND change_id = ${p('mark_change')})`;

const begin = prepareChange<Beginning>(
  sql`UPDATE ${deletions} SET step = 1, cursor = 0, plan = ${p('plan')}, begun_at = ${p('now')}, change_id = ${p('mark_change')}, last_seq = ${lastSeq},
      vip_number = COALESCE(${theirs('vip_number')}, '')
    WHERE user_id = ${user} AND step = 0 AND due_at <= ${p('now')}`,
);
const withhold = prepareChange<Begun>(
  sql`UPDATE ${vipNumbers} SET withheld_at = ${p('now')}
    WHERE number = ${theirs('vip_number')} AND withheld_at IS NULL AND ${begun}`,
);
const forgetOrders = prepareChange<Begun>(
  sql`UPDATE ${numberOrders} SET buyer = '', address = '', network56 = NULL, network48 = NULL, mobile = NULL,
      password_hash = '', name = '', head_url = ''
    WHERE buyer IN ('user:' || ${user}, 'mobile:' || ${theirs('mobile')}) AND ${begun}`,
);
const emptyProfile = prepareChange<Begun>(
  sql`UPDATE ${users} SET mobile = 'deleted:' || id, vip_number = NULL, password_hash = '', name = ${nobody},
      nick_name = ${nobody}, nick_folded = ${nobody}, mail = '', sex = '', birthday = '', sign = '', province = '',
      city = '', district = '', detail = '', head_url = '', moments_cover = '', skin = '', message_skin = '',
      is_auth = 0, recommender_id = 0, updated_at = ${p('now')}
    WHERE id = ${user} AND ${begun}`,
);

/**
 * The batch with which erasing begins: from then on nobody comes back, the mobile is free, and whatever still names the
 * person names 已注销用户. `begun` changes a row where it was due, and nobody took it back.
 */
export function beginning({ clock, ids }: Pick<Platform, 'clock' | 'ids'>, whom: UserId, plan: string) {
  const values = { user: whom, plan, now: clock.now(), mark_change: ids.mark() };
  return {
    begun: begin(values),
    withhold: withhold(values),
    forgetOrders: forgetOrders(values),
    emptyProfile: emptyProfile(values),
  };
}
