import { type SQL, sql } from 'drizzle-orm';
import { DEVICE, pushDevices, sessions } from '../../../db/schema/sessions.ts';
import type { UserId } from '../../core/ids.ts';
import { type NoMore, type Prepared, p, prepareChange, type Values } from '../../platform/database/query.ts';

/**
 * A phone whose session has ended must get no more messages, whoever has it by then. So every batch that ends
 * sessions takes what they have bound with it. Placeholders: `user`, `device` (the kind that ends).
 */

const livesOn = (device: SQL) => sql`EXISTS (SELECT 1 FROM ${sessions} AS s
  WHERE s.user_id = ${p('user')} AND s.device = ${device} AND s.ended_at IS NULL)`;
/** A session of an unknown kind may have bound a phone of any kind: what no other session accounts for is its own. */
const boundByKind = sql`(${pushDevices.device} = ${p('device')}
  OR (${p('device')} = ${DEVICE.unknown} AND NOT ${livesOn(sql`${pushDevices.device}`)}))`;

type KindValues = { readonly user: UserId; readonly device: number };
/** Unbinds what sessions of one kind have bound. */
export const unbindKind = prepareChange<KindValues>(
  sql`DELETE FROM ${pushDevices} WHERE user_id = ${p('user')} AND ${boundByKind}`,
);

/** Unbinds everything of a user. @param user SQL of the user's number  @param condition what must hold */
export const prepareUnbindAll = <Wanted extends Values>(
  user: SQL,
  condition: SQL,
): Prepared<number, Wanted> =>
  prepareChange<Wanted>(sql`DELETE FROM ${pushDevices} WHERE user_id = ${user} AND ${condition}`);

const samePhone = sql`EXISTS (SELECT 1 FROM ${sessions} AS s WHERE s.user_id = ${p('user')} AND s.device = ${p('device')}
  AND s.ended_at IS NULL AND s.uuid = ${p('uuid')} AND s.uuid <> '')`;

/**
 * Unbinds what the former session of a kind has bound, unless the phone that logs in is the same (`uuid`). Goes
 * before the former session is ended.
 * @param allowed what must hold for the login
 */
export const prepareUnbindFormer = <Wanted extends Values = NoMore>(
  allowed: SQL,
): Prepared<number, Wanted & KindValues & { readonly uuid: string }> =>
  prepareChange<Wanted & KindValues & { readonly uuid: string }>(
    sql`DELETE FROM ${pushDevices} WHERE user_id = ${p('user')} AND ${boundByKind} AND NOT ${samePhone} AND ${allowed}`,
  );
