import { type SQL, sql } from 'drizzle-orm';
import { STEP, type StepKind, steps } from '../../../db/schema/steps.ts';
import { users } from '../../../db/schema/users.ts';
import type { ChangeId, StepId, UserId } from '../../core/ids.ts';
import { type NoMore, type Prepared, p, prepareChange, type Values } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { fullNotice, type NoticeKind, noticeValues, prepareNotice } from '../../realtime/notices.ts';
import { standsNow } from './conditions.ts';
import { STEP_WORDS, stepHint } from './kinds.ts';

const user = p('user');
const warning = sql.raw(String(STEP.warning));

/** What the mark of a step wants. */
export type Laid = { readonly user: UserId; readonly mark_step: ChangeId };
type Laying = Laid & {
  /** `[[number, kind], …]` as JSON. */
  readonly rows: string;
  readonly reason: string;
  readonly by: string;
  readonly now: number;
  readonly until: number | null;
};

/** The mark: the call has laid a step. */
export const laid = sql`EXISTS (SELECT 1 FROM ${steps} WHERE user_id = ${user} AND change_id = ${p('mark_step')})`;

/** Prepares the first statement, which is the mark: what stands until then already is not laid again. */
export const prepareLaying = <Wanted extends Values = NoMore>(
  condition: SQL,
): Prepared<number, Laying & Wanted> =>
  prepareChange<Laying & Wanted>(
    sql`INSERT INTO ${steps} (id, user_id, kind, reason, laid_by, began_at, until, change_id)
      SELECT new.value ->> 0, person.id, new.value ->> 1, ${p('reason')}, ${p('by')}, ${p('now')}, ${p('until')}, ${p('mark_step')}
      FROM json_each(${p('rows')}) AS new CROSS JOIN ${users} AS person
      WHERE person.id = ${user} AND ${condition} AND (new.value ->> 1 = ${warning} OR NOT EXISTS
        (SELECT 1 FROM ${steps} AS there WHERE there.user_id = ${user} AND there.kind = new.value ->> 1
          AND ${standsNow('there')} AND there.until IS ${p('until')}))`,
  );
const lay = prepareLaying(sql`1`);
/** A step takes the place of the one of its kind before it; warnings stand side by side. */
const replace = prepareChange<Laid & { readonly now: number }>(
  sql`UPDATE ${steps} SET ended_at = MIN(COALESCE(until, ${p('now')}), ${p('now')})
    WHERE user_id = ${user} AND ended_at IS NULL AND kind <> ${warning} AND change_id <> ${p('mark_step')}
      AND kind IN (SELECT kind FROM ${steps} WHERE user_id = ${user} AND change_id = ${p('mark_step')})`,
);
const tell = prepareNotice<Laid>(user, laid);

/** A step that is about to be laid. */
export interface Step {
  readonly user: UserId;
  readonly kinds: readonly (keyof typeof STEP)[];
  /** As the person reads it. */
  readonly reason: string;
  readonly by: string;
  /** Epoch ms; undefined: until an operator lifts it. */
  readonly until: number | undefined;
}

export type LayingPorts = Pick<Platform, 'ids' | 'clock' | 'random'>;

/** The values of the statements here. */
export function layingValues({ ids, clock }: LayingPorts, { user, kinds, reason, by, until }: Step): Laying {
  const rows = JSON.stringify(kinds.map((kind) => [ids.next<StepId>(), STEP[kind]]));
  return { user, rows, reason, by, now: clock.now(), until: until ?? null, mark_step: ids.mark() };
}

/** What the notice of a step says. */
export const stepNotice = (home: LayingPorts, notice: NoticeKind, step: Step) =>
  fullNotice(home, notice, stepHint({ reason: step.reason, until: step.until ?? null }), {
    steps: step.kinds.map((kind) => STEP_WORDS[STEP[kind]]),
    until: step.until ?? 0,
  });

/** The statements behind the first one: what stood before ends, and the person is told. */
export const behindLaying = (
  home: LayingPorts,
  notice: NoticeKind,
  step: Step,
  values: Laid & { now: number },
) => ({
  replaced: replace(values),
  toldOfStep: tell({ ...values, ...stepNotice(home, notice, step) }),
});

/**
 * The statements that lay a step of one or several kinds upon somebody, and tell them. `laid` changes rows where there
 * is such a person, and one of the kinds did not stand until then already.
 */
export function laying(home: LayingPorts, notice: NoticeKind, step: Step) {
  const values = layingValues(home, step);
  return { laid: lay(values), ...behindLaying(home, notice, step, values) };
}

type Lifting = { readonly user: UserId; readonly kinds: string; readonly now: number };
/** Steps of these kinds that stand. */
const chosen = sql`there.user_id = ${user} AND there.kind IN (SELECT value FROM json_each(${p('kinds')})) AND ${standsNow('there')}`;
const tellLifted = prepareNotice<Lifting>(
  user,
  sql`EXISTS (SELECT 1 FROM ${steps} AS there WHERE ${chosen})`,
);
const lift = prepareChange<Lifting>(sql`UPDATE ${steps} AS there SET ended_at = ${p('now')} WHERE ${chosen}`);
const kindsOf = (kinds: readonly (keyof typeof STEP)[]): readonly StepKind[] =>
  kinds.map((kind) => STEP[kind]);

/** The statements that lift steps before their time. `lifted` changes rows where one stood. */
export function lifting(
  home: LayingPorts,
  whom: UserId,
  kinds: readonly (keyof typeof STEP)[],
  notice: NoticeKind,
) {
  const values = { user: whom, kinds: JSON.stringify(kindsOf(kinds)), now: home.clock.now() };
  return { told: tellLifted({ ...values, ...noticeValues(home, notice) }), lifted: lift(values) };
}
