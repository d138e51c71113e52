import { createHash } from 'node:crypto';
import type { EventBodyId, TakedownId, UserId } from '../../core/ids.ts';
import { fold } from '../../core/text/fold.ts';
import type { Platform } from '../../realtime/context.ts';
import { eventValues } from '../../realtime/events.ts';
import { FROM } from '../../realtime/message-types.ts';
import { TAKEDOWN_KEPT_MS } from './evidence.ts';
import type { Found, TakedownSubject } from './kinds.ts';

export type Taking = Pick<Platform, 'db' | 'clock' | 'ids' | 'keys' | 'random'>;

/** An event that was written with something has an id of the minute behind it: 4096 ids a millisecond. */
const MINUTE_OF_IDS = 60_000 * 4096;

/** What a person is called whose name is down. */
const nameInstead = (user: number): string => `用户${user}`;

/** What the event of a takedown says beside what its SQL says. */
function factsOf(subject: TakedownSubject, { owner, dest, evidence }: Found, type: number) {
  const facts = { type, from: owner };
  if (subject === 'message') return { ...facts, dest, content: String(JSON.parse(evidence).msgId) };
  if (subject === 'group') return { ...facts, dest, fromType: FROM.group };
  return { ...facts, fromType: FROM.person };
}

/** The values of every step of a takedown. `event` is the type of the event that apps hear; 0 for none. */
export function stepValues(
  home: Taking,
  subject: TakedownSubject,
  item: number,
  found: Found,
  {
    event,
    takedown,
    sealed,
  }: { readonly event: number; readonly takedown: TakedownId; readonly sealed: string },
) {
  const { clock, ids } = home;
  const { owner, seen, dest } = found;
  const instead = nameInstead(item);
  return {
    ...eventValues(home, factsOf(subject, found, event)),
    ...{ item, owner, seen, dest, subject, instead },
    takedown,
    sealed,
    now: clock.now(),
    digest: createHash('sha256').update(seen, 'utf8').digest('base64url'),
    event_body: ids.next<EventBodyId>(),
    low: item,
    high: item + MINUTE_OF_IDS,
    folded: fold(instead),
    mark_change: ids.mark(),
    mark_upload: ids.mark(),
  };
}
export type StepValues = ReturnType<typeof stepValues>;

/** What a return begins from. */
interface Back {
  readonly takedown: TakedownId;
  readonly item: number;
  readonly owner: UserId;
  readonly evidence: string;
}

/** The values of every step of a return. */
export function returnValues(home: Taking, { takedown, item, owner, evidence }: Back, event: number) {
  const now = home.clock.now();
  return {
    ...eventValues(home, { type: event, from: owner, fromType: FROM.person }),
    ...{ takedown, item, owner, evidence, now },
    since: now - TAKEDOWN_KEPT_MS,
    mark_takedown: home.ids.mark(),
    mark_upload: home.ids.mark(),
    event_body: home.ids.next<EventBodyId>(),
    instead: nameInstead(item),
    folded: fold(String(JSON.parse(evidence).text ?? '')),
  };
}
export type ReturnValues = ReturnType<typeof returnValues>;
