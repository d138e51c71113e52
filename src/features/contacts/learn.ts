import { type SQL, sql } from 'drizzle-orm';
import { learntByNetwork, learntNumbers } from '../../../db/schema/contacts.ts';
import { users } from '../../../db/schema/users.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import type { Network } from '../../http/address.ts';
import { p, prepareChange, type Query } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';
import { digestsOf, type Keys } from '../../platform/keys/keys.ts';
import type { CallerContext } from '../../realtime/context.ts';

/** What the statements here want. */
type Wanted = {
  readonly me: UserId;
  readonly now: number;
  readonly mark_call: ChangeId;
  readonly digests: string;
  readonly mostOfMine: number;
  readonly hour: number;
  readonly networks: string;
};

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** So long an account is a new one. */
const NEWCOMER_MS = 7 * DAY_MS;
/** What was learnt so long ago costs again: the table is no history of address books. */
export const LEARNT_LIFE_MS = 30 * DAY_MS;

const isNewcomer = sql`(SELECT created_at FROM ${users} WHERE id = ${p('me')}) > ${p('now')} - ${NEWCOMER_MS}`;
const mine = sql`(SELECT count(*) FROM ${learntNumbers} WHERE user_id = ${p('me')} AND learnt_at > ${p('now')} - ${DAY_MS})`;
/** What the narrowest of the caller's networks has left for newcomers. */
const networksRoom = sql`(SELECT min((network.value ->> 'most') - COALESCE((SELECT sum(count) FROM ${learntByNetwork}
    WHERE network = network.value ->> 'key' AND hour >= ${p('hour')} - 24), 0)) FROM json_each(${p('networks')}) AS network)`;
/** Never below 0, which LIMIT takes for no limit. */
const room = sql`max(0, min(${p('mostOfMine')} - ${mine}, CASE WHEN ${isNewcomer} THEN ${networksRoom} ELSE ${p('mostOfMine')} END))`;

/** Condition: the caller has learnt of a number. @param digest SQL of its digest */
export const hasLearnt = (digest: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${learntNumbers} AS learnt WHERE learnt.user_id = ${p('me')} AND learnt.digest = ${digest})`;

const learn = prepareChange<Wanted>(
  sql`INSERT INTO ${learntNumbers} (user_id, digest, learnt_at, learnt_by)
    SELECT ${p('me')}, asked.value, ${p('now')}, ${p('mark_call')} FROM json_each(${p('digests')}) AS asked
    WHERE NOT ${hasLearnt(sql`asked.value`)} ORDER BY asked.key LIMIT ${room}`,
);
const learntNow = sql`(SELECT count(*) FROM ${learntNumbers} WHERE user_id = ${p('me')} AND learnt_at = ${p('now')} AND learnt_by = ${p('mark_call')})`;
const countForNetworks = prepareChange<Wanted>(
  sql`INSERT INTO ${learntByNetwork} (network, hour, count)
    SELECT network.value ->> 'key', ${p('hour')}, ${learntNow} FROM json_each(${p('networks')}) AS network
    WHERE ${isNewcomer} AND ${learntNow} > 0
    ON CONFLICT (network, hour) DO UPDATE SET count = count + excluded.count`,
);
/** What an address book taught its owner before anything was counted: it costs nothing. */
export const knowAlready = prepareChange<{ me: UserId; at: number; digests: string }>(
  sql`INSERT INTO ${learntNumbers} (user_id, digest, learnt_at, learnt_by)
    SELECT ${p('me')}, asked.value, ${p('at')}, 0 FROM json_each(${p('digests')}) AS asked WHERE 1
    ON CONFLICT DO NOTHING`,
);

const oldNumbers = prepareSweep(learntNumbers, learntNumbers.learntAt);
/** Forgets what was learnt long ago. */
export const forgetLearnt: Sweep = (now, limit) => oldNumbers({ before: now - LEARNT_LIFE_MS, limit });

const oldCounts = prepareSweep(learntByNetwork, learntByNetwork.hour);
/** Forgets counts of networks that no limit looks at any more. */
export const forgetNetworkCounts: Sweep = (now, limit) =>
  oldCounts({ before: Math.floor(now / HOUR_MS) - 26, limit });

/**
 * A number as `learnt_numbers` has it: keyed, and another for each user, so that no two address books can be
 * compared.
 */
export function numberDigest(
  { pepper, oldPeppers }: Pick<Keys, 'pepper' | 'oldPeppers'>,
  user: number,
  mobile: string,
): NumberDigest {
  const { all } = digestsOf([pepper, ...oldPeppers], 'learnt-number', `${user}\0${mobile}`);
  const [digest = '', ...old] = (JSON.parse(all) as string[]).map((each) => each.slice(0, 22));
  return { digest, old };
}

/** What is kept of a number, and what an earlier PAY_PEPPER made of it. */
export interface NumberDigest {
  readonly digest: string;
  readonly old: readonly string[];
}

/** What was learnt under an earlier PAY_PEPPER is known under the present one. */
const renew = prepareChange<{ me: UserId; renewals: string }>(
  sql`UPDATE OR IGNORE ${learntNumbers} SET digest = renewal.value ->> 1 FROM json_each(${p('renewals')}) AS renewal
    WHERE user_id = ${p('me')} AND digest = renewal.value ->> 0`,
);

const roomOf = (networks: readonly Network[], ofOne: number) =>
  JSON.stringify(networks.map(({ key, times }) => ({ key, most: ofOne * times })));

/**
 * Statements by which the caller learns of numbers, the first ones first, as far as their limits allow: for the
 * beginning of a batch whose later statements ask `hasLearnt`. What they knew already costs nothing.
 * @param numbers of `numberDigest`; repeats count once
 */
export function learnNumbers(
  context: CallerContext,
  numbers: readonly NumberDigest[],
): readonly Query<number>[] {
  const now = context.clock.now();
  const { NUMBERS_PER_USER_DAY, NUMBERS_PER_ADDRESS_DAY } = context.config;
  const values = {
    me: context.caller.userId,
    now,
    hour: Math.floor(now / HOUR_MS),
    mark_call: context.ids.mark(),
    digests: JSON.stringify([...new Set(numbers.map(({ digest }) => digest))]),
    mostOfMine: NUMBERS_PER_USER_DAY,
    networks: roomOf(context.networks, NUMBERS_PER_ADDRESS_DAY),
  };
  const renewals = numbers.flatMap(({ digest, old }) => old.map((each) => [each, digest]));
  const renewed = renewals.length > 0 ? [renew({ me: values.me, renewals: JSON.stringify(renewals) })] : [];
  return [...renewed, learn(values), countForNetworks(values)];
}
