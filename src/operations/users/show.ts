import { sql } from 'drizzle-orm';
import { deletions } from '../../../db/schema/deletions.ts';
import { knownLogins } from '../../../db/schema/known-logins.ts';
import { sessions } from '../../../db/schema/sessions.ts';
import { STEP } from '../../../db/schema/steps.ts';
import { IDENTITY, identityChecks, USER, users } from '../../../db/schema/users.ts';
import { walletFreezes, walletHolds } from '../../../db/schema/wallet-holds.ts';
import { chinaDayText } from '../../core/china-time.ts';
import type { UserId } from '../../core/ids.ts';
import { isBanOver } from '../../features/steps/conditions.ts';
import { STEP_WORDS } from '../../features/steps/kinds.ts';
import { type Standing, standingSteps } from '../../features/steps/standing.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { kindText, onOneLine, timeText } from '../shown.ts';
import { formerBan } from './former-ban.ts';
import { locksOf } from './locks.ts';

type User = { readonly user: UserId };

const account = prepareRead<
  User & { readonly now: number },
  {
    id: UserId;
    mobile: string;
    imNumber: string;
    name: string;
    status: number;
    isAuth: number;
    identity: number | null;
    createdAt: number;
    limitedUntil: number | null;
    frozenAt: number | null;
    shutAt: number | null;
    shutUntil: number | null;
    dueAt: number | null;
    erasedAt: number | null;
  }
>(
  sql`SELECT u.id, u.mobile, COALESCE(u.vip_number, ''), u.nick_name, CASE WHEN ${isBanOver(sql`u.id`)} THEN ${USER.valid} ELSE u.status END, u.is_auth, c.state, u.created_at,
      h.limited_until, h.frozen_at, f.frozen_at, f.until, d.due_at, d.erased_at
    FROM ${users} AS u LEFT JOIN ${identityChecks} AS c ON c.user_id = u.id
      LEFT JOIN ${walletHolds} AS h ON h.user_id = u.id LEFT JOIN ${deletions} AS d ON d.user_id = u.id
      LEFT JOIN ${walletFreezes} AS f ON f.user_id = u.id AND (f.until IS NULL OR f.until > ${p('now')})
    WHERE u.id = ${p('user')}`,
  [
    'id',
    'mobile',
    'imNumber',
    'name',
    'status',
    'isAuth',
    'identity',
    'createdAt',
    'limitedUntil',
    'frozenAt',
    'shutAt',
    'shutUntil',
    'dueAt',
    'erasedAt',
  ],
);
const alive = prepareRead<
  User,
  { device: number; uuid: string; createdAt: number; expiresAt: number; lastDay: number | null }
>(
  sql`SELECT device, uuid, created_at, expires_at, last_day FROM ${sessions}
    WHERE user_id = ${p('user')} AND ended_at IS NULL`,
  ['device', 'uuid', 'createdAt', 'expiresAt', 'lastDay'],
);
const logins = prepareRead<User, { device: string; kind: number; address: string; lastDay: number }>(
  sql`SELECT device, kind, address, last_day FROM ${knownLogins} WHERE user_id = ${p('user')} ORDER BY last_day DESC`,
  ['device', 'kind', 'address', 'lastDay'],
);
const IDENTITIES: Readonly<Record<number, string>> = {
  [IDENTITY.waits]: 'waits',
  [IDENTITY.confirmed]: 'confirmed',
  [IDENTITY.rejected]: 'rejected',
};
const stepFacts = ({ kind, beganAt, until, reason, laidBy }: Standing) => ({
  kind: STEP_WORDS[kind],
  since: timeText(beganAt),
  until: until === null ? '' : timeText(until),
  why: onOneLine(reason),
  by: onOneLine(laidBy),
});

interface Banned {
  readonly steps: readonly Standing[];
  readonly formerBan: readonly { readonly at: number; readonly by: string; readonly why: string | null }[];
}
/** A ban that is older than steps. */
function banFacts({ steps, formerBan: [ban] }: Banned, status: number) {
  if (status !== USER.disabled || !ban || steps.some(({ kind }) => kind === STEP.account)) return [];
  const { at, by, why } = ban;
  const text = { why: onOneLine(why ?? ''), by: onOneLine(by) };
  return [{ kind: STEP_WORDS[STEP.account], since: timeText(at), until: '', ...text }];
}
const dayText = (day: number | null) => (day === null ? '' : chinaDayText(day));

/** What support looks at of a user; undefined where there is none. Times are texts of Asia/Shanghai. */
export async function showUser({ db, clock }: Platform, user: UserId) {
  const now = clock.now();
  const found = await db.read({
    account: account({ user, now }),
    alive: alive({ user }),
    logins: logins({ user }),
    locks: locksOf({ user, now }),
    steps: standingSteps({ user, now }),
    formerBan: formerBan({ user }),
  });
  const [row] = found.account;
  if (!row) return undefined;
  return {
    user: row.id,
    mobile: row.mobile,
    imNumber: row.imNumber,
    name: onOneLine(row.name),
    state: row.status === USER.disabled ? 'disabled' : 'enabled',
    identity: row.identity === null ? 'none' : (IDENTITIES[row.identity] ?? 'none'),
    since: timeText(row.createdAt),
    deletionDue: row.dueAt === null ? '' : timeText(row.dueAt),
    deletedSince: row.erasedAt === null ? '' : timeText(row.erasedAt),
    walletFrozenSince: row.frozenAt === null ? '' : timeText(row.frozenAt),
    walletLimitedUntil: (row.limitedUntil ?? 0) > now ? timeText(row.limitedUntil ?? 0) : '',
    walletFrozenByOperatorSince: row.shutAt === null ? '' : timeText(row.shutAt),
    walletFrozenByOperatorUntil: row.shutUntil === null ? '' : timeText(row.shutUntil),
    steps: [...found.steps.map(stepFacts), ...banFacts(found, row.status)],
    sessions: found.alive
      .filter(({ expiresAt }) => expiresAt > now)
      .map(({ device, uuid, createdAt, lastDay }) => ({
        kind: kindText(device),
        device: onOneLine(uuid),
        since: timeText(createdAt),
        lastDay: dayText(lastDay),
      })),
    logins: found.logins.map(({ device, kind, address, lastDay }) => ({
      kind: kindText(kind),
      device: onOneLine(device),
      address: onOneLine(address),
      lastDay: dayText(lastDay),
    })),
    locks: found.locks.map(({ what, until }) => ({ what, until: timeText(until) })),
  };
}
