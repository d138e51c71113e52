import * as wire from '../../http/wire.ts';
import { type InboxRow, messageShape, messageView } from '../../realtime/message.ts';

/** A message of the history as replies show it. */
export const storedShape = wire.named('Message', {
  ...messageShape,
  recalled: wire.flag('1 已撤回，内容为空'),
});

/** The same for `storedShape`. */
export const storedView = (row: Omit<InboxRow, 'seq'> & { readonly recalledAt: number | null }) => ({
  ...messageView(row),
  recalled: row.recalledAt === null ? 0 : 1,
});
