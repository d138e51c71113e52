import { sql } from 'drizzle-orm';
import { users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { fold } from '../../core/text/fold.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { profileChangedEvent } from './changed.ts';
import { findProfile, type ProfileRow } from './queries.ts';

/** What the statements here want. */
type Wanted = {
  readonly needAuth: number;
  readonly newNotification: number;
  readonly searchMobile: number;
  readonly now: number;
  readonly me: UserId;
  readonly skin: string | null;
  readonly message_skin: string | null;
};

const kept = (column: string) => sql`${sql.raw(column)} = COALESCE(${p(column)}, ${sql.raw(column)})`;
const updateUser = prepareChange<
  Record<'name' | 'nick_name' | 'city' | 'province' | 'district' | 'sign' | 'sex', string | null> &
    Pick<Wanted, 'now' | 'me'>
>(
  sql`UPDATE ${users} SET ${sql.join(['name', 'nick_name', 'city', 'province', 'district', 'sign', 'sex'].map(kept), sql`, `)},
    updated_at = ${p('now')} WHERE id = ${p('me')}`,
);
/** A trigger has emptied it where the nickname is another now. */
const foldNickname = prepareChange<{ folded: string; me: UserId; nick_name: string | null }>(
  sql`UPDATE ${users} SET nick_folded = ${p('folded')} WHERE id = ${p('me')} AND nick_folded IS NULL AND nick_name = ${p('nick_name')}`,
);
const updateHead = prepareChange<{ headUrl: string; now: number; me: UserId }>(
  sql`UPDATE ${users} SET head_url = ${p('headUrl')}, updated_at = ${p('now')} WHERE id = ${p('me')}`,
);
const updateSettings = prepareChange<
  Pick<Wanted, 'needAuth' | 'newNotification' | 'searchMobile' | 'now' | 'me'>
>(
  sql`UPDATE ${users} SET need_auth = ${p('needAuth')}, new_notification = ${p('newNotification')},
    search_mobile = ${p('searchMobile')}, updated_at = ${p('now')} WHERE id = ${p('me')}`,
);
const updateSkins = prepareChange<Pick<Wanted, 'skin' | 'message_skin' | 'now' | 'me'>>(
  sql`UPDATE ${users} SET ${kept('skin')}, ${kept('message_skin')}, updated_at = ${p('now')} WHERE id = ${p('me')}`,
);

const stamp = (context: CallerContext) => ({ me: context.caller.userId, now: context.clock.now() });

export interface ProfileChange {
  readonly name: string | undefined;
  readonly nickName: string | undefined;
  readonly city: string | undefined;
  readonly province: string | undefined;
  readonly district: string | undefined;
  readonly sign: string | undefined;
  readonly sex: string | undefined;
}

/**
 * Changes what is given and keeps the rest; an empty text clears, except the name, which nobody can be without. As
 * in the original, name and nickname are one: `name` wins where both are sent.
 */
export async function changeProfile(
  context: CallerContext,
  change: ProfileChange,
): Promise<ProfileRow | undefined> {
  const { name, nickName, city = null, province = null, district = null, sign = null, sex = null } = change;
  const shown = name || nickName || null;
  const columns = { name: shown, nick_name: shown, city, province, district, sign, sex };
  const me = stamp(context);
  const {
    row: [row],
  } = await context.db.write({
    updateUser: updateUser({ ...columns, ...me }),
    foldNickname: foldNickname({ ...me, nick_name: shown, folded: fold(shown ?? '') }),
    tellFriends: profileChangedEvent(context),
    row: findProfile({ me: me.me, id: me.me }),
  });
  return row;
}

export async function changeHead(context: CallerContext, headUrl: string): Promise<void> {
  await context.db.write({
    updateHead: updateHead({ headUrl, ...stamp(context) }),
    profileChangedEvent: profileChangedEvent(context),
  });
}

export async function changeSettings(
  context: CallerContext,
  settings: { needAuth: 0 | 1; newNotification: 0 | 1; searchMobile: 0 | 1 },
): Promise<void> {
  await context.db.write(updateSettings({ ...settings, ...stamp(context) }));
}

export async function changeSkins(
  context: CallerContext,
  skin: string | undefined,
  messageSkin: string | undefined,
): Promise<void> {
  await context.db.write(
    updateSkins({ skin: skin ?? null, message_skin: messageSkin ?? null, ...stamp(context) }),
  );
}
