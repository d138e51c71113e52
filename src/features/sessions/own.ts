import { type SQL, sql } from 'drizzle-orm';
import { DEVICE, pushDevices, sessions } from '../../../db/schema/sessions.ts';
import { chinaDay, chinaDayText } from '../../core/china-time.ts';
import type { SessionId, UserId } from '../../core/ids.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';

type Mine = { readonly user: UserId; readonly now: number };
type Row = {
  readonly id: SessionId;
  readonly device: number;
  readonly uuid: string;
  readonly address: string;
  readonly createdAt: number;
  readonly lastDay: number | null;
};
const mine = prepareRead<Mine, Row>(
  sql`SELECT id, device, uuid, address, created_at, last_day FROM ${sessions}
    WHERE user_id = ${p('user')} AND ended_at IS NULL AND expires_at > ${p('now')}`,
  ['id', 'device', 'uuid', 'address', 'createdAt', 'lastDay'],
);

/** Where the caller is logged in, what was used last first. */
export async function ownSessions({ db, caller, clock }: CallerContext) {
  const rows = await db.read(mine({ user: caller.userId, now: clock.now() }));
  return rows
    .map(({ id, device, uuid, address, createdAt, lastDay }) => ({
      sessionId: id,
      device,
      UUID: uuid,
      address,
      loginTime: createdAt,
      lastDay: chinaDayText(lastDay ?? chinaDay(createdAt)),
      current: id === caller.sessionId ? 1 : 0,
    }))
    .toSorted((a, b) =>
      a.lastDay === b.lastDay ? b.loginTime - a.loginTime : a.lastDay < b.lastDay ? 1 : -1,
    );
}

type Ending = Mine & { readonly session: SessionId };
const prepareEnd = (which: SQL) =>
  prepareChange<Ending>(
    sql`UPDATE ${sessions} SET ended_at = ${p('now')} WHERE user_id = ${p('user')} AND ${which} AND ended_at IS NULL`,
    { rings: 'sessions' },
  );
const endOne = prepareEnd(sql`id = ${p('session')}`);
const endOther = prepareEnd(sql`id <> ${p('session')}`);
/** Phones of kinds that live on in no session get no more messages. An unknown kind may have bound any phone. */
const unbindGone = prepareChange<{ readonly user: UserId }>(
  sql`DELETE FROM ${pushDevices} WHERE user_id = ${p('user')} AND NOT EXISTS (SELECT 1 FROM ${sessions} AS s
    WHERE s.user_id = ${p('user')} AND s.ended_at IS NULL AND s.device IN (${pushDevices.device}, ${DEVICE.unknown}))`,
);

async function end({ db, caller, clock }: CallerContext, ending: typeof endOne, session: SessionId) {
  const values = { user: caller.userId, session, now: clock.now() };
  const { ended } = await db.write({ ended: ending(values), unbound: unbindGone({ user: caller.userId }) });
  return ended;
}

/** Ends one of the caller's sessions. @returns 1 where it lived */
export const endOwn = (context: CallerContext, session: SessionId): Promise<number> =>
  end(context, endOne, session);

/** Ends all of the caller's sessions but the one that calls. @returns how many lived */
export const endOthers = (context: CallerContext): Promise<number> =>
  end(context, endOther, context.caller.sessionId);
