import { sql } from 'drizzle-orm';
import { shakeRecords } from '../../../db/schema/shake.ts';
import { USER, users } from '../../../db/schema/users.ts';
import type { ShakeRecordId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import type { Place } from '../../http/position.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEvent } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { blockedEitherWay, blockedWith } from '../../realtime/relations.ts';
import { shownDistance } from '../nearby/sphere.ts';
import { stand } from '../nearby/stand.ts';
import type { Pair } from './matcher.ts';

/** What the statements here want. */
type Wanted = {
  readonly firstRecord: number;
  readonly distance: number;
  readonly second: number;
  readonly first: number;
};

/** All shakes of the world meet in one core. */
const WORLD = 'world';

const listHidden = prepareRead<{ me: UserId }, { user: number }>(blockedWith(p('me')), ['user']);

const mayMeet = sql`NOT ${blockedEitherWay(p('first'), p('second'))}`;
/** The record of one of them is there; another pair's of the same number is none, and its primary key ends the batch. */
const isRecorded = (whose: 'first' | 'second') => sql`EXISTS (SELECT 1 FROM ${shakeRecords}
  WHERE id = ${p(`${whose}Record`)} AND user_id = ${p(whose)})`;

/** Goes before the records are made, so that a batch that finds them made tells nobody again. */
const tellFirst = prepareEvent<Wanted>(
  sql`SELECT ${p('first')} AS user_id WHERE ${mayMeet} AND NOT ${isRecorded('first')}`,
  sql`(SELECT json_object('rockid', ${p('firstRecord')}, 'distance', ${p('distance')}, 'id', id, 'name', name,
    'nickName', nick_name, 'sex', sex, 'headUrl', head_url, 'sign', sign) FROM ${users} WHERE id = ${p('second')})`,
);
const record = prepareChange<{
  firstRecord: number;
  first: number;
  second: number;
  distance: number;
  now: number;
  secondRecord: number;
}>(
  sql`INSERT INTO ${shakeRecords} (id, user_id, other_id, distance, created_at)
    SELECT ${p('firstRecord')}, ${p('first')}, ${p('second')}, ${p('distance')}, ${p('now')} WHERE ${mayMeet} AND NOT ${isRecorded('first')}
    UNION ALL
    SELECT ${p('secondRecord')}, ${p('second')}, ${p('first')}, ${p('distance')}, ${p('now')} WHERE ${mayMeet} AND NOT ${isRecorded('second')}`,
);
const findPartner = prepareRead<
  { partner: number; firstRecord: number; first: number; second: number },
  {
    id: number;
    name: string;
    nickName: string;
    sex: string;
    headUrl: string;
    sign: string;
  }
>(
  sql`SELECT id, name, nick_name, sex, head_url, sign FROM ${users}
    WHERE id = ${p('partner')} AND status = ${USER.valid} AND ${isRecorded('first')} AND ${mayMeet}`,
  ['id', 'name', 'nickName', 'sex', 'headUrl', 'sign'],
);

/** Writes down that two have met; as often as either asks, it happens once. */
async function writeDown(context: CallerContext, { first, second, square }: Pair) {
  const me = context.caller.userId;
  const distance = shownDistance(square);
  const partner = first.user === me ? second.user : first.user;
  const values = {
    ...eventValues(context, { type: EVENT.shakeMet, from: second.user, fromType: FROM.person }),
    first: first.user,
    second: second.user,
    firstRecord: first.record,
    secondRecord: second.record,
    distance,
    partner,
    now: context.clock.now(),
  };
  const {
    user: [user],
  } = await context.db.write({
    tellFirst: tellFirst(values),
    record: record(values),
    user: findPartner(values),
  });
  return { distance, user: user ?? refuse('NOBODY') };
}

/**
 * Looks for whoever shook within the last ten seconds, nearest first. Both get a record, and the other one an
 * event (69). Shaking again within the ten seconds answers the same person and changes nothing.
 * Refuses `NOBODY`: then the caller waits for the next one, who will find them; not without a place, which nobody
 * could be told the distance to.
 * @param place undefined where the phone has none; then the caller's last one counts
 */
export async function shake(context: CallerContext, place: Place | undefined) {
  const { db, live, ids, caller } = context;
  const [hidden, point] = await Promise.all([
    db.read(listHidden({ me: caller.userId })),
    stand(context, place, false),
  ]);
  if (!point) return refuse('NOBODY');
  const shaken = await live.shake.send(WORLD, {
    user: caller.userId,
    point,
    hidden: hidden.map(({ user }) => user),
    records: [ids.next<ShakeRecordId>(), ids.next<ShakeRecordId>()],
  });
  return shaken.is === 'paired' ? writeDown(context, shaken.pair) : refuse('NOBODY');
}
