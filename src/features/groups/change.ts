import { sql } from 'drizzle-orm';
import type { GroupId, UserId } from '../../core/ids.ts';
import { fold } from '../../core/text/fold.ts';
import { p } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { prepareEvent } from '../../realtime/events.ts';
import { type ClaimValues, everyMember, isManager, isOwner, prepareClaim } from './guards.ts';
import { refuseClaim } from './standing.ts';
import { changeValues, noticeValues } from './values.ts';

const setName = prepareClaim<{ me: UserId; name: string; searchName: string }>(
  isManager,
  sql`name = ${p('name')}`,
  sql`search_name = ${p('searchName')}`,
);
const setHead = prepareClaim<{ me: UserId; url: string }>(isManager, sql`head_url = ${p('url')}`);
const setDescription = prepareClaim<{ me: UserId; description: string }>(
  isOwner,
  sql`description = ${p('description')}`,
);
const tellEveryone = prepareEvent<ClaimValues>(everyMember);

/** Names a group; the owner and admins may. Event 25. Refuses as `refuseClaim` does. */
export async function renameGroup(context: CallerContext, group: GroupId, name: string): Promise<void> {
  const values = { ...changeValues(context, group), name, searchName: fold(name) };
  const notice = noticeValues(context, values, 'groupRenamed', name);
  const { set } = await context.db.write({ set: setName(values), tellEveryone: tellEveryone(notice) });
  if (set === 0) await refuseClaim(context, group);
}

/** Sets a group's picture; the owner and admins may. Event 46. Refuses as `refuseClaim` does. */
export async function changeGroupHead(context: CallerContext, group: GroupId, url: string): Promise<void> {
  const values = { ...changeValues(context, group), url };
  const notice = noticeValues(context, values, 'groupHeadChanged', url);
  const { set } = await context.db.write({ set: setHead(values), tellEveryone: tellEveryone(notice) });
  if (set === 0) await refuseClaim(context, group);
}

/** Describes a group, or clears what describes it; the owner may. Event 56. Refuses as `refuseClaim` does. */
export async function describeGroup(
  context: CallerContext,
  group: GroupId,
  description: string,
): Promise<void> {
  const values = { ...changeValues(context, group), description };
  const notice = noticeValues(context, values, 'groupDescribed', { descriptions: description });
  const { set } = await context.db.write({ set: setDescription(values), tellEveryone: tellEveryone(notice) });
  if (set === 0) await refuseClaim(context, group);
}
