import { sql } from 'drizzle-orm';
import { gifts } from '../../../db/schema/gifts.ts';
import { UPLOAD, uploads } from '../../../db/schema/uploads.ts';
import { p } from '../../platform/database/query.ts';
import { prepareItem } from '../catalogue/change.ts';

/** A gift as the catalogue has it. */
export type Gift = {
  readonly name: string;
  readonly price: number;
  /** The key of an upload, or empty. */
  readonly picture: string;
  readonly withdrawn: number;
};

const after = p('after');
const picture = sql`${after} ->> 'picture'`;
/** A picture is one that was taken in and is shown; the one that was there may stay whatever became of it. */
const hasPicture = sql`(${picture} = '' OR ${picture} = NULLIF(${p('before')}, '') ->> 'picture'
  OR EXISTS (SELECT 1 FROM ${uploads} WHERE key = ${picture} AND state = ${UPLOAD.live} AND content_type LIKE 'image/%'))`;

export const giftItem = prepareItem<Gift>({
  subject: 'gift',
  state: sql`(SELECT json_object('name', name, 'price', price, 'picture', picture, 'withdrawn', withdrawn_at IS NOT NULL)
    FROM ${gifts} WHERE key = ${p('item')})`,
  may: hasPicture,
  put: (made) =>
    sql`INSERT INTO ${gifts} (key, name, price, picture, withdrawn_at)
      SELECT ${p('item')}, ${after} ->> 'name', ${after} ->> 'price', ${picture},
        CASE ${after} ->> 'withdrawn' WHEN 1 THEN ${p('now')} END WHERE ${made}
      ON CONFLICT (key) DO UPDATE SET name = excluded.name, price = excluded.price, picture = excluded.picture,
        withdrawn_at = excluded.withdrawn_at`,
});
