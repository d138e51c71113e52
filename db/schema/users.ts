import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { SessionId, UserId } from '../../src/core/ids.ts';
import type { WordOf } from './word.ts';

/** `status` of an account. `disabled`: by an operator. */
export const USER = { disabled: 0, valid: 1 } as const;
export type UserStatus = WordOf<typeof USER>;

/** A person's account. Ids are sequential and start at 100000 (see the seed migration). */
export const users = sqliteTable(
  'users',
  {
    id: integer('id').primaryKey({ autoIncrement: true }).$type<UserId>(),
    /** E.164, as `+8615768709546`. */
    mobile: text('mobile').notNull().unique(),
    /** A bought vip number (靓号), `IMNo` on the wire. */
    vipNumber: text('vip_number').unique(),
    /** scrypt in PHC form, over the lower-case md5 of the password. */
    passwordHash: text('password_hash').notNull(),
    name: text('name').notNull(),
    nickName: text('nick_name').notNull().default(''),
    /**
     * The nickname as searches compare it (src/core/text/fold.ts). Null until a job has filled it: a trigger empties
     * it whenever the nickname changes without it.
     */
    nickFolded: text('nick_folded'),
    mail: text('mail').notNull().default(''),
    sex: text('sex').notNull().default(''),
    birthday: text('birthday').notNull().default(''),
    sign: text('sign').notNull().default(''),
    province: text('province').notNull().default(''),
    city: text('city').notNull().default(''),
    district: text('district').notNull().default(''),
    detail: text('detail').notNull().default(''),
    headUrl: text('head_url').notNull().default(''),
    /** The picture above the person's moments, `feedBackImage` on the wire. */
    momentsCover: text('moments_cover').notNull().default(''),
    skin: text('skin').notNull().default(''),
    messageSkin: text('message_skin').notNull().default(''),
    /** 1: a friend request must be accepted; 0: friends at once. */
    needAuth: integer('need_auth').notNull().default(1),
    newNotification: integer('new_notification').notNull().default(0),
    /** 1: can be found by mobile. */
    searchMobile: integer('search_mobile').notNull().default(1),
    /** 1 once an operator has confirmed the real name. */
    isAuth: integer('is_auth').notNull().default(0),
    status: integer('status').notNull().default(USER.valid).$type<UserStatus>(),
    isOnline: integer('is_online').notNull().default(0),
    recommenderId: integer('recommender_id').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    /** The last day in Asia/Shanghai on which any session of theirs called, as `chinaDay` counts. Moved by triggers. */
    activeDay: integer('active_day').notNull().default(0),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    index('users_nick_folded').on(t.nickFolded).where(sql`nick_folded IS NOT NULL AND status = 1`),
    /** For operators alone: nobody else finds who is disabled. */
    index('users_nick_disabled').on(t.nickFolded).where(sql`nick_folded IS NOT NULL AND status = 0`),
    index('users_nick_unfolded').on(t.nickName).where(sql`nick_folded IS NULL`),
    index('users_online').on(t.id).where(sql`is_online = 1`),
    check('users_need_auth', sql`${t.needAuth} IN (0, 1)`),
    check('users_status', sql`${t.status} IN (0, 1)`),
  ],
);

/** `state` of a request to have one's real name confirmed. */
export const IDENTITY = { waits: 0, confirmed: 1, rejected: 2 } as const;
export type IdentityState = WordOf<typeof IDENTITY>;

/**
 * A request to have one's real name confirmed (listing 5). The name and the number are sealed
 * (AES-GCM under the person's key); `idNoDigest` is a keyed digest that makes a number unique among people.
 */
export const identityChecks = sqliteTable(
  'identity_checks',
  {
    userId: integer('user_id')
      .primaryKey()
      .$type<UserId>()
      .references(() => users.id),
    sealedName: text('sealed_name').notNull(),
    sealedIdNo: text('sealed_id_no').notNull(),
    idNoDigest: text('id_no_digest').notNull(),
    state: integer('state').notNull().default(IDENTITY.waits).$type<IdentityState>(),
    submittedAt: integer('submitted_at').notNull(),
    decidedAt: integer('decided_at'),
  },
  (t) => [
    uniqueIndex('identity_checks_id_no').on(t.idNoDigest).where(sql`state <> 2`),
    index('identity_checks_waiting').on(t.submittedAt).where(sql`state = 0`),
  ],
);

/**
 * Sessions that proved the pay password a moment ago, for one call that sends none. Not a column of `sessions`:
 * realtime looks at every change there.
 */
export const payProofs = sqliteTable(
  'pay_proofs',
  {
    sessionId: integer('session_id').primaryKey().$type<SessionId>(),
    provedAt: integer('proved_at').notNull(),
  },
  (t) => [index('pay_proofs_age').on(t.provedAt)],
);

/** The pay password: HMAC-SHA256 under PAY_PEPPER over user id and md5 (docs/decisions.md#passwords). */
export const payPasswords = sqliteTable('pay_passwords', {
  userId: integer('user_id')
    .primaryKey()
    .$type<UserId>()
    .references(() => users.id),
  digest: text('digest').notNull(),
  /** The name of that PAY_PEPPER; empty from before it had one. */
  pepperName: text('pepper_name').notNull().default(''),
  updatedAt: integer('updated_at').notNull(),
});
