import { type SQL, sql } from 'drizzle-orm';
import { places } from '../../../db/schema/nearby.ts';
import { users } from '../../../db/schema/users.ts';
import { PAGE_SIZE } from '../../http/paging.ts';
import { p, prepareRead, type RowOf } from '../../platform/database/query.ts';
import { blockedWith } from '../../realtime/relations.ts';
import { cover } from './cells.ts';
import { chordSquareOf, EARTH_RADIUS, type Point, placeOfPoint, RADIUS_CM, STEP_METRES } from './sphere.ts';
import { PLACE_LIFE_MS } from './stand.ts';

/** What the statements here want. */
type Wanted = {
  readonly rings: string;
  readonly me: number;
  readonly sexes: string;
  readonly since: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly enough: number;
  readonly limit: number;
  readonly offset: number;
};

/** People listed at most: ten pages. Counting a whole city for `totalCount` would cost more than the search. */
const MOST_LISTED = 10 * PAGE_SIZE;
/**
 * The search begins close by and doubles its reach until it has found enough. Each ring ends where a step does, so
 * that it holds all or nobody whose distance is told alike. The last is how far findNearby looks
 * (docs/decisions.md#nearby).
 */
const RINGS = [1, 2, 4, 8, 16, 32, 64, 128, 200].map((steps) => steps * STEP_METRES);

/** `positions.sex`. A search for women finds those who have not said (docs/original.md#accounts). */
const SEXES = { 男: [1], 女: [2, 0] } as const;
export type Sex = keyof typeof SEXES;
const sexesWanted = (sex: Sex | undefined): readonly number[] => (sex ? SEXES[sex] : [0, 1, 2]);

const square = (axis: 'x' | 'y' | 'z') =>
  sql`(near.${sql.raw(axis)} - ${p(axis)}) * (near.${sql.raw(axis)} - ${p(axis)})`;
const distance = sql`${square('x')} + ${square('y')} + ${square('z')}`;
/** The distance as it is told, in steps: what is nearer within one does not come first. */
const steps = sql`MAX(1, CAST(ceil(asin(MIN(1, sqrt(${distance}) / ${sql.raw(String(2 * RADIUS_CM))}))
  * ${sql.raw(String((2 * EARTH_RADIUS) / STEP_METRES))}) AS INTEGER))`;

const me = p('me');
/** What a search is given: the rings as JSON, the sexes wanted, and whom the caller may not be shown. */
const given = sql`rings AS MATERIALIZED (
    SELECT key AS ring, value ->> 'reach' AS reach, value -> 'ranges' AS ranges FROM json_each(${p('rings')})),
  hidden AS MATERIALIZED (${blockedWith(me)} UNION ALL SELECT ${me})`;

/** Everybody in a ring whom the caller may be shown. */
const inRing = (ring: SQL) => sql`
  FROM rings
  CROSS JOIN json_each(${p('sexes')}) AS wanted
  CROSS JOIN json_each(rings.ranges) AS span
  CROSS JOIN ${places} AS near INDEXED BY places_cell
    ON near.sex = wanted.value AND near.cell BETWEEN span.value ->> 0 AND span.value ->> 1
  WHERE rings.ring = ${ring} AND near.listed_at > ${p('since')} AND ${distance} <= rings.reach
    AND near.user_id NOT IN (SELECT user_id FROM hidden)`;

const last = sql.raw(String(RINGS.length - 1));
const countIn = (ring: SQL) => sql`(SELECT count(*) FROM (SELECT 1 ${inRing(ring)} LIMIT ${p('enough')}))`;

/** A page of people, nearest first; `distance` in metres, in whole steps. */
export const listNearby = prepareRead<
  Wanted,
  {
    id: number;
    name: string;
    nickName: string;
    sex: string;
    sign: string;
    headUrl: string;
    distance: number;
  }
>(
  sql`WITH RECURSIVE ${given},
    search(ring, found) AS (
      SELECT 0, ${countIn(sql`0`)}
      UNION ALL
      SELECT ring + 1, ${countIn(sql`search.ring + 1`)} FROM search WHERE found < ${p('enough')} AND ring < ${last}),
    nearest AS MATERIALIZED (
      SELECT near.user_id, ${steps} AS steps ${inRing(sql`(SELECT max(ring) FROM search)`)}
      ORDER BY 2, 1 LIMIT ${p('limit')} OFFSET ${p('offset')})
  SELECT u.id, u.name, u.nick_name, u.sex, u.sign, u.head_url, nearest.steps * ${sql.raw(String(STEP_METRES))}
  FROM nearest CROSS JOIN ${users} AS u ON u.id = nearest.user_id ORDER BY nearest.steps, u.id`,
  ['id', 'name', 'nickName', 'sex', 'sign', 'headUrl', 'distance'],
);
export type NearbyRow = RowOf<typeof listNearby>;

/** How many there are, as far as they are listed. */
export const countNearby = prepareRead<
  Pick<Wanted, 'rings' | 'me' | 'sexes' | 'since' | 'x' | 'y' | 'z' | 'enough'>,
  { total: number }
>(sql`WITH ${given} SELECT ${countIn(last)}`, ['total']);

export interface Search {
  readonly me: number;
  /** Where the caller counts as being (`stand`). */
  readonly point: Point;
  /** Undefined for everybody. */
  readonly sex: Sex | undefined;
  readonly pageNo: number;
  /** Epoch ms. */
  readonly now: number;
}

/** The queries of a search, for one read: whom it shows, and how many it finds. */
export function searchNearby({ me, point, sex, pageNo, now }: Search) {
  const place = placeOfPoint(point);
  const rings = RINGS.map((metres) => ({ reach: chordSquareOf(metres), ranges: cover(place, metres) }));
  const offset = (pageNo - 1) * PAGE_SIZE;
  const limit = Math.max(0, Math.min(PAGE_SIZE, MOST_LISTED - offset));
  const values = {
    ...point,
    rings: JSON.stringify(rings),
    since: now - PLACE_LIFE_MS,
    sexes: JSON.stringify(sexesWanted(sex)),
    me,
  };
  return {
    rows: listNearby({ ...values, enough: limit && offset + limit, limit, offset }),
    counted: countNearby({ ...values, enough: MOST_LISTED }),
  };
}
