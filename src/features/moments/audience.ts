import { type SQL, sql } from 'drizzle-orm';
import { momentComments, momentPraises, moments } from '../../../db/schema/moments.ts';
import { p } from '../../platform/database/query.ts';
import { mayHear, maySee } from './visibility.ts';

/** Of those who took part in a moment, this many of each kind hear of what comes after: the latest. */
const LATEST = sql.raw('500');

/**
 * The people who hear of a comment or praise of `me`: the author, those who took part and the person answered, as
 * far as they see the moment and hear `me`. Placeholders: `moment`, `me`, `reply` (0 for none).
 * @param mark holds when the comment or praise was written
 */
export const listeners = (mark: SQL): SQL => sql`
  SELECT taker.user_id FROM (
    SELECT author_id AS user_id FROM ${moments} WHERE id = ${p('moment')}
    UNION SELECT user_id FROM (SELECT user_id FROM ${momentComments} WHERE moment_id = ${p('moment')} ORDER BY id DESC LIMIT ${LATEST})
    UNION SELECT user_id FROM (SELECT user_id FROM ${momentPraises} WHERE moment_id = ${p('moment')} ORDER BY id DESC LIMIT ${LATEST})
    UNION SELECT ${p('reply')}
  ) AS taker CROSS JOIN ${moments} AS m
  WHERE m.id = ${p('moment')} AND taker.user_id <> ${p('me')} AND ${mark}
    AND ${maySee('m', sql`taker.user_id`)} AND ${mayHear('m', sql`taker.user_id`, p('me'))}`;

/** JSON of what an event says of the moment, with the keys given before. */
export const momentContent = (first: SQL = sql``): SQL =>
  sql`(SELECT json_object('feedId', m.id, ${first} 'feedmsg', m.text, 'imgs', m.images) FROM ${moments} AS m WHERE m.id = ${p('moment')})`;
