import { sql } from 'drizzle-orm';
import { STEP, type StepKind, steps } from '../../../db/schema/steps.ts';
import type { StepId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import * as wire from '../../http/wire.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { standsNow } from './conditions.ts';
import { STEP_WORDS, stepHint } from './kinds.ts';

/** Steps of one person that are shown: the newest. */
const SHOWN = 50;

/** A step in force. */
export type Standing = {
  readonly id: StepId;
  readonly kind: StepKind;
  readonly reason: string;
  readonly laidBy: string;
  readonly beganAt: number;
  readonly until: number | null;
};
type Wanted = { readonly user: UserId; readonly now: number };
const COLUMNS = ['id', 'kind', 'reason', 'laidBy', 'beganAt', 'until'] as const;
const columns = sql`step.id, step.kind, step.reason, step.laid_by, step.began_at, step.until`;

/** The steps that somebody is under, newest first. */
export const standingSteps = prepareRead<Wanted, Standing>(
  sql`SELECT ${columns} FROM ${steps} AS step WHERE step.user_id = ${p('user')} AND ${standsNow('step')}
    ORDER BY step.id DESC LIMIT ${sql.raw(String(SHOWN))}`,
  COLUMNS,
);
const ofKind = prepareRead<Wanted & { readonly kind: StepKind }, Standing>(
  sql`SELECT ${columns} FROM ${steps} AS step
    WHERE step.user_id = ${p('user')} AND step.kind = ${p('kind')} AND ${standsNow('step')} LIMIT 1`,
  COLUMNS,
);

/** Steps in force, as a person is shown their own. */
export const stepsShape = wire
  .list(
    wire.named('Step', {
      kind: wire.text('warning, mute-messages, mute-moments, mute-comments, no-search, wallet-frozen'),
      since: wire.time('开始时间'),
      until: wire.time('结束时间；0 为解除前一直有效'),
      reason: wire.text('原因'),
    }),
  )
  .describe('对本账号生效的处理措施');

/** The same of rows. A ban is none that its person could be shown. */
export const stepsView = (rows: readonly Standing[]) =>
  rows
    .filter(({ kind }) => kind !== STEP.account)
    .map(({ kind, beganAt, until, reason }) => ({
      kind: STEP_WORDS[kind],
      since: beganAt,
      until: until ?? 0,
      reason,
    }));

type Look = Pick<CallerContext, 'db' | 'clock'>;

/** The step of a kind that somebody is under; undefined where they are under none. */
export async function stepOf(
  { db, clock }: Look,
  user: UserId,
  kind: keyof typeof STEP,
): Promise<Standing | undefined> {
  const [row] = await db.read(ofKind({ user, kind: STEP[kind], now: clock.now() }));
  return row;
}

/** What a refusal says of a step beside its text. */
export const stepDetails = (step: { readonly until: number | null; readonly reason: string }) => ({
  until: step.until ?? 0,
  hint: stepHint(step),
});

/** For a batch that did nothing: refuses, with the end and the reason, if the caller is under such a step. */
export async function explainStep(
  context: Pick<CallerContext, 'db' | 'clock' | 'caller'>,
  kind: keyof typeof STEP,
  refusal: string,
): Promise<void> {
  const step = await stepOf(context, context.caller.userId, kind);
  if (step) refuse(refusal, stepDetails(step));
}
