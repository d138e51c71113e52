import { messageOf } from '../../core/message-of.ts';
import { noteOwn } from '../../operations/figures/note.ts';
import type { Platform } from '../../realtime/context.ts';

/** How long an isolate gathers before it writes: one row a figure, whatever it has served. */
const GATHER_MS = 60_000;

let notedAt = 0;

/** Notes beside a request, now and then, what this isolate has counted: the cron trigger meets one of many. */
export function noteNowAndThen(platform: Platform): void {
  const now = platform.clock.now();
  if (now - notedAt < GATHER_MS) return;
  notedAt = now;
  const fail = (error: unknown) => platform.log.error('figures not noted', { error: messageOf(error) });
  platform.later(noteOwn(platform).catch(fail));
}
