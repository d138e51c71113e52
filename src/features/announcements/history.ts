import { sql } from 'drizzle-orm';
import { announcements, officialNotices } from '../../../db/schema/announcements.ts';
import { OFFICIAL, type UserId } from '../../core/ids.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { isFor } from '../../realtime/audience.ts';
import { type InboxRow, MESSAGE_KEYS } from '../../realtime/message.ts';
import { FROM, TEXT } from '../../realtime/message-types.ts';

const number = (value: number) => sql.raw(String(value));

type Wanted = {
  readonly me: UserId;
  readonly device: number;
  readonly before: number;
  readonly limit: number;
};
type Row = Omit<InboxRow, 'seq'>;

const toMany = sql`SELECT n.id, n.msg_id, n.content, n.sent_at FROM ${announcements} AS n
  WHERE n.id < ${p('before')} AND n.stopped_at IS NULL AND ${isFor(p('me'), p('device'))} ORDER BY n.id DESC LIMIT ${p('limit')}`;
const toMe = sql`SELECT o.id, o.msg_id, o.content, o.sent_at FROM ${officialNotices} AS o
  WHERE o.user_id = ${p('me')} AND o.id < ${p('before')} ORDER BY o.id DESC LIMIT ${p('limit')}`;

/** What the official account has said to a user on a kind of device, newest first, before an id. */
export const readOfficial = prepareRead<Wanted, Row & Record<string, string | number | null>>(
  sql`SELECT ${number(TEXT)}, s.msg_id, ${number(OFFICIAL)}, ${number(FROM.person)}, ${p('me')}, s.content, s.sent_at, s.id,
      NULL, NULL, NULL
    FROM (SELECT * FROM (${toMany}) UNION ALL SELECT * FROM (${toMe})) AS s ORDER BY s.id DESC LIMIT ${p('limit')}`,
  MESSAGE_KEYS,
);
