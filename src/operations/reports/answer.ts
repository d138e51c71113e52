import { REPORT, REPORTED } from '../../../db/schema/reports.ts';
import type { ReportId, UserId } from '../../core/ids.ts';
import { type Outcome, prepareAnswer } from '../../features/reports/close.ts';
import { reportOf } from '../../features/reports/review.ts';
import type { Platform } from '../../realtime/context.ts';
import { isWritten } from '../audit/append.ts';
import type { Act } from '../operation.ts';
import { numberOf, optional } from '../params.ts';
import { nothingDone } from '../refused.ts';

/** The complaint that an act answers: it is closed with the act, and its reporters are told what came of it. */
export const report = optional(numberOf<ReportId>('report that it answers'));

const answerIf = prepareAnswer<{ audit_act: string }>(isWritten);

/** What an act comes to for reporters, and whom it concerns. */
interface Answered {
  readonly outcome: Outcome;
  /** Absent where it concerns nobody that is known. */
  readonly whom?: UserId | undefined;
}

/**
 * An act that answers a complaint: both happen, or neither. Does nothing where the complaint is closed, or about
 * somebody else.
 */
export async function answering(
  home: Platform,
  act: Act,
  answered: ReportId | undefined,
  { outcome, whom }: Answered,
): Promise<Act> {
  if (answered === undefined) return act;
  const found = (await reportOf(home, answered)) ?? nothingDone(`There is no report ${answered}.`);
  if (found.status !== REPORT.open) nothingDone(`Report ${answered} is closed already.`);
  if (whom !== undefined && found.destType === REPORTED.person && found.destId !== whom)
    nothingDone(`Report ${answered} is about user ${found.destId}.`);
  return {
    ...act,
    after: { ...act.after, report: answered, outcome },
    behind: (audit_act) => answerIf(home, { report: answered, outcome, all: false }, { audit_act }),
  };
}
