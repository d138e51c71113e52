import type { GroupId } from '../../core/ids.ts';
import type { Acting } from '../../realtime/context.ts';
import { type EventFacts, eventValues } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';

/** The values that every change of a group needs: who acts, where, when, and the call's mark. */
export const changeValues = (context: Acting, group: GroupId) => ({
  group,
  me: context.caller.userId,
  now: context.clock.now(),
  mark_change: context.ids.mark(),
});
export type ChangeValues = ReturnType<typeof changeValues>;

/** The values of a notice in a group: from the one who acts, unless said otherwise, to the group. */
export const noticeValues = <Values extends ChangeValues>(
  context: Acting,
  values: Values,
  type: keyof typeof EVENT,
  content?: EventFacts['content'],
  from: number = values.me,
) => ({
  ...values,
  ...eventValues(context, {
    type: EVENT[type],
    from,
    fromType: FROM.group,
    dest: values.group,
    ...(content === undefined ? {} : { content }),
  }),
});
