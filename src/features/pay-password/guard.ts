import { type SQL, sql } from 'drizzle-orm';
import { payPasswords } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { digest } from '../../core/sealing.ts';
import { type FailureText, refuse } from '../../http/failure.ts';
import { isLocked, prepareWrongTry, type TryValues } from '../../http/lockout.ts';
import type { PasswordMd5 } from '../../http/params.ts';
import { p, prepareChange, prepareRead, type Query } from '../../platform/database/query.ts';
import type { CallerContext, Context } from '../../realtime/context.ts';
import { holdValues, type MayLeaveValues } from '../wallet-holds/conditions.ts';

/**
 * The pay password inside the batch that it allows. Its digest (HMAC-SHA256 under PAY_PEPPER over user and md5)
 * costs microseconds, so that the comparison can be SQL: `countWrongPayPassword` first, then the statement that
 * carries the conditions, `payPasswordRight` among them. A batch runs alone, so that a wrong try is counted before
 * any later one is looked at: of twenty at once five are looked at. A right one writes nothing and costs no round
 * trip of its own. Five wrong ones within 15 minutes lock; a right one in between does not forgive them, setting
 * the password again does (docs/decisions.md#passwords).
 */
const TRIES = 5;

const ofUser = sql`${payPasswords.userId} = ${p('me')}`;
const key = p('payKey');

/** The key under which wrong tries are counted. */
export const payKey = (user: number): string => `pay:${user}`;

/** What is stored of a pay password: HMAC-SHA256 under PAY_PEPPER over user and md5. */
const under = (pepper: Uint8Array, user: number, password: PasswordMd5): string =>
  digest(pepper, 'pay_passwords.digest', `${user}:${password}`);

/** What a batch wants of a pay password that was sent: its digest, and those that an earlier PAY_PEPPER made of it. */
export type PayDigests = {
  readonly payDigest: string | null;
  /** A JSON list; empty where there is but one PAY_PEPPER. */
  readonly oldPayDigests: string;
  readonly pepperName: string;
};
export const payDigests = (
  { keys }: Pick<Context, 'keys'>,
  user: number,
  password: PasswordMd5 | undefined,
): PayDigests => ({
  payDigest: password === undefined ? null : under(keys.pepper, user, password),
  oldPayDigests: JSON.stringify(
    password === undefined ? [] : keys.oldPeppers.map((old) => under(old, user, password)),
  ),
  pepperName: keys.pepperName,
});

/** What the conditions here want. `payDigest` is null where no password was sent. */
type GuardValues = {
  readonly me: UserId;
  readonly now: number;
  readonly payKey: string;
} & PayDigests;
/** What the statements and conditions here want, and `mayLeave` among them. */
export type PayPasswordValues = GuardValues & TryValues & MayLeaveValues;

/** The values of the statements and conditions here. */
export function payPasswordValues(
  context: CallerContext,
  password: PasswordMd5 | undefined,
): PayPasswordValues {
  const me = context.caller.userId;
  return {
    ...holdValues(context),
    me,
    now: context.clock.now(),
    payKey: payKey(me),
    ...payDigests(context, me, password),
    try_limit: TRIES,
  };
}

/** A right one that an earlier PAY_PEPPER has digested goes over to the present one: what follows knows no other. */
export const renewPayDigest = prepareChange<PayDigests & { me: UserId }>(
  sql`UPDATE ${payPasswords} SET digest = ${p('payDigest')}, pepper_name = ${p('pepperName')}
    WHERE ${ofUser} AND digest IN (SELECT value FROM json_each(${p('oldPayDigests')}))`,
);
const countWrong = prepareWrongTry<GuardValues>(
  key,
  sql`EXISTS (SELECT 1 FROM ${payPasswords} WHERE ${ofUser} AND ${payPasswords.digest} <> ${p('payDigest')})`,
);

/** First of the batch: counts the try when the password is wrong, once it is compared under the present PAY_PEPPER. */
export const countWrongPayPassword = (
  values: GuardValues & TryValues,
): readonly [Query<number>, Query<number>] => [renewPayDigest(values), countWrong(values)];

/** Condition: no series of wrong tries has locked it. */
export const payPasswordNotLocked: SQL = sql`NOT ${isLocked(key)}`;

/** Condition: the password is right and not locked. */
export const payPasswordRight: SQL = sql`(EXISTS (SELECT 1 FROM ${payPasswords} WHERE ${ofUser}
  AND ${payPasswords.digest} = ${p('payDigest')}) AND ${payPasswordNotLocked})`;

/** Condition: the user has a pay password. */
export const payPasswordSet: SQL = sql`EXISTS (SELECT 1 FROM ${payPasswords} WHERE ${ofUser})`;

type PayPasswordState = Record<'isSet' | 'isLocked', number>;

/** Whether there is a pay password, and whether it is locked. */
export const payPasswordState = prepareRead<Omit<GuardValues, keyof PayDigests>, PayPasswordState>(
  sql`SELECT ${payPasswordSet}, ${isLocked(key)}`,
  ['isSet', 'isLocked'],
);

/** What `countWrongPayPassword` answered. */
export type Counted = readonly number[];

/**
 * What the statements above answered means; returns when the password was right, else refuses
 * `WRONG_PAY_PASSWORD`, `NO_PAY_PASSWORD` or `PAY_PASSWORD_LOCKED`.
 */
export function judgePayPassword([, counted]: Counted, found: PayPasswordState | undefined): void {
  if (counted !== undefined && counted > 0) refuse('WRONG_PAY_PASSWORD');
  if (!found?.isSet) refuse('NO_PAY_PASSWORD');
  if (found.isLocked) refuse('PAY_PASSWORD_LOCKED');
}

/**
 * For a batch that did nothing: refuses with the pay password's reason if that was why, and returns if it
 * was another or no password was sent.
 * @param counted what `countWrongPayPassword` answered
 */
export async function explainPayPassword(
  context: CallerContext,
  counted: Counted,
  values: GuardValues,
): Promise<void> {
  if (values.payDigest === null) return;
  const [found] = await context.db.read(payPasswordState(values));
  judgePayPassword(counted, found);
}

/**
 * Checks the pay password apart from any batch: before a remembered reply is given again. A call that moves
 * money has the statements above in its own batch instead.
 * Refuses `WRONG_PAY_PASSWORD`, `PAY_PASSWORD_LOCKED`, `NO_PAY_PASSWORD`.
 */
export async function verifyPayPassword(context: CallerContext, password: PasswordMd5): Promise<void> {
  const values = payPasswordValues(context, password);
  const { counted, state } = await context.db.write({
    counted: countWrongPayPassword(values),
    state: payPasswordState(values),
  });
  judgePayPassword(counted, state[0]);
}

/** What a frozen wallet answers to whatever would take money out of it. */
export const WALLET_FROZEN = [
  -1,
  '钱包已冻结，请先验证原支付密码，或凭身份证后六位重设支付密码，或联系客服',
] as const satisfies FailureText;

/** The refusals of a call that takes a pay password, for its `errors`: the endpoint's own code and words. */
export const payPasswordErrors = (code: number, wrong: string) =>
  ({
    WRONG_PAY_PASSWORD: [code, wrong],
    PAY_PASSWORD_LOCKED: [code, '密码错误次数过多，请稍后再试'],
    NO_PAY_PASSWORD: [code, '请先设置支付密码'],
    WALLET_FROZEN,
    WALLET_LIMITED: [-1, '为保障资金安全，更换密码后24小时内不可提现，且转出金额受限'],
  }) as const satisfies Readonly<Record<string, FailureText>>;
