import * as z from 'zod';
import { REPORT, REPORTED } from '../../../db/schema/reports.ts';
import type { GroupId, ReportId } from '../../core/ids.ts';
import { closing, OUTCOMES, type Outcome } from '../../features/reports/close.ts';
import { openReported } from '../../features/reports/evidence.ts';
import { reportedOnes, reportOf, waitingReports } from '../../features/reports/review.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, operation, viewing } from '../operation.ts';
import { flag, numberOf, oneOf, optional } from '../params.ts';
import { nothingDone, Refused } from '../refused.ts';
import { onOneLine, timeText, UNREADABLE } from '../shown.ts';
import { userNumber } from '../users/number.ts';

const readers = ['viewer', 'support', 'moderator'] as const;
const about = (of: { readonly destType: number; readonly destId: number }) =>
  `${of.destType === REPORTED.person ? 'user' : 'group'} ${of.destId}`;
const keyFrom = (after: string | undefined) => {
  const [at = -1, id = 0] = keyOf(after, ['number', 'number']) ?? [];
  return { at: Number(at), id: Number(id) };
};
const facts = z.string();

export const list = listing({
  name: 'reports.list',
  roles: readers,
  about: 'complaints that wait: number, by whom, about whom and what, text, pictures, since when',
  params: { user: optional(userNumber), group: optional(numberOf<GroupId>('group')) },
  counted: 'waiting',
  row: z.object({
    report: z.number(),
    by: z.number(),
    about: facts,
    what: facts,
    category: facts,
    text: facts,
    pictures: facts,
    since: facts,
  }),
  async read(home, { user, group }, after) {
    if (user !== undefined && group !== undefined)
      throw new Refused('INVALID_PARAMETER', 'Give a user or a group.', 'group');
    const ofUser = user === undefined ? undefined : { destType: REPORTED.person, destId: user };
    const whom = group === undefined ? ofUser : { destType: REPORTED.group, destId: group };
    const { rows, total } = await waitingReports(home, keyFrom(after), whom);
    return pageOf(
      rows,
      total,
      (report) => ({
        report: report.id,
        by: report.userId,
        about: about(report),
        what: report.subject,
        category: report.category,
        text: onOneLine(report.message),
        pictures: onOneLine(report.images),
        since: timeText(report.createdAt),
      }),
      ({ createdAt, id: report }) => [createdAt, report],
    );
  },
});

export const reported = listing({
  name: 'reports.reported',
  roles: readers,
  about:
    'whom complaints that wait are about: how many, by how many people, of which categories, the oldest of them, since when, and when the last came',
  params: {},
  counted: 'reported',
  row: z.object({
    report: z.number(),
    about: facts,
    complaints: z.number(),
    people: z.number(),
    categories: facts,
    since: facts,
    last: facts,
  }),
  async read(home, _, after) {
    const { rows, total } = await reportedOnes(home, keyFrom(after));
    return pageOf(
      rows,
      total,
      (group) => ({
        report: group.id,
        about: about(group),
        complaints: group.count,
        people: group.people,
        categories: group.categories ?? '',
        since: timeText(group.createdAt),
        last: timeText(group.newestAt),
      }),
      ({ createdAt, id }) => [createdAt, id],
    );
  },
});

const params = { report: numberOf<ReportId>('report') };

export const show = viewing({
  name: 'reports.show',
  roles: ['support', 'moderator'],
  subject: 'report',
  about: 'a complaint with the sealed copy of what it names',
  params,
  operands: ['report'],
  unseals: true,
  answer: z.object({
    report: z.number(),
    by: z.number(),
    about: facts,
    what: facts,
    item: z.number(),
    category: facts,
    text: facts,
    pictures: facts,
    since: facts,
    state: facts,
    outcome: facts,
    evidence: facts,
  }),
  async read(home, { report }) {
    const row = (await reportOf(home, report)) ?? nothingDone(`There is no report ${report}.`);
    return {
      on: report,
      answer: {
        ...{ report, by: row.userId, about: about(row), what: row.subject, item: row.item },
        category: row.category,
        text: onOneLine(row.message),
        pictures: onOneLine(row.images),
        since: timeText(row.createdAt),
        state: row.status === REPORT.open ? 'open' : 'closed',
        outcome: row.outcome,
        evidence: row.sealed === '' ? '' : (openReported(home, row.sealed) ?? UNREADABLE),
      },
    };
  },
});

const outcomes = Object.keys(OUTCOMES) as [Outcome, ...Outcome[]];

export const close = operation({
  name: 'reports.close',
  roles: ['support', 'moderator'],
  subject: 'report',
  about:
    'the complaint has been dealt with, and others about the same content; its reporters are told the outcome',
  params: { ...params, outcome: optional(oneOf('outcome', outcomes)), all: flag('all about the same one') },
  operands: ['report'],
  run: async (home, { report, outcome = 'handled', all }) => ({
    on: report,
    batch: closing(home, { report, outcome, all }),
    marks: ['closed'],
    before: { report: 'open' },
    after: { report: 'closed' },
    async whyNot() {
      const isKnown = (await reportOf(home, report)) !== undefined;
      return isKnown ? `Report ${report} is closed already.` : `There is no report ${report}.`;
    },
  }),
});
