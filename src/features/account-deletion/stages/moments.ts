import { sql } from 'drizzle-orm';
import { eventBodies, inbox, isTold, toldOf } from '../../../../db/schema/inbox.ts';
import { moments } from '../../../../db/schema/moments.ts';
import type { MomentId, UserId } from '../../../core/ids.ts';
import { p, prepareChange, prepareRead } from '../../../platform/database/query.ts';
import { EVENT } from '../../../realtime/message-types.ts';
import { removing } from '../../moments/remove.ts';
import type { Stage } from '../stage.ts';

/** Moments of one step: each takes along all that hangs on it. */
const AT_ONCE = 10;
/** An event that was written with a moment has an id of the minute behind it: 4096 ids per millisecond. */
const MINUTE_OF_IDS = 60_000 * 4096;

const findMoments = prepareRead<{ readonly user: UserId }, { moment: MomentId }>(
  sql`SELECT id FROM ${moments} WHERE author_id = ${p('user')} ORDER BY id LIMIT ${sql.raw(String(AT_ONCE))}`,
  ['moment'],
);
const told = sql`${EVENT.momentCommented}, ${EVENT.momentPraised}, ${EVENT.momentMention}`;
const forgetEvents = prepareChange<{ readonly moment: MomentId }>(
  sql`DELETE FROM ${inbox} WHERE ${isTold} AND ${toldOf} = ${p('moment')} AND type IN (${told})`,
);
const forgetNews = prepareChange<{ readonly moment: MomentId; readonly high: number }>(
  sql`UPDATE ${eventBodies} SET content = json_object('feedId', ${p('moment')}, 'msg', '', 'imgs', '')
    WHERE id >= ${p('moment')} AND id < ${p('high')} AND content GLOB '{"feedId":' || ${p('moment')} || ',*'`,
);

/** Moments go with comments, praises, and whatever still waits to be told about them. */
export const removeMoments: Stage = async ({ db }, { userId, cursor }) => {
  const found = await db.read(findMoments({ user: userId }));
  for (const { moment } of found)
    await db.write({
      events: forgetEvents({ moment }),
      news: forgetNews({ moment, high: moment + MINUTE_OF_IDS }),
      ...removing(userId, moment),
    });
  return found.length < AT_ONCE ? 'done' : { cursor };
};
