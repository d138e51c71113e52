import * as z from 'zod';
import { REPORTED } from '../../../db/schema/reports.ts';
import type { ReportId } from '../../core/ids.ts';
import { closing, countReports, reportStatus, waitingReports } from '../../features/reports/review.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, operation } from '../operation.ts';
import { numberOf } from '../params.ts';
import { onOneLine, timeText } from '../shown.ts';

export const list = listing({
  name: 'reports.list',
  roles: ['viewer', 'support', 'moderator'],
  about: 'complaints: number, by whom, about whom, text, pictures, since when',
  params: {},
  counted: 'waiting',
  row: z.object({
    report: z.number(),
    by: z.number(),
    about: z.string(),
    text: z.string(),
    pictures: z.string(),
    since: z.string(),
  }),
  async read(home, _, after) {
    const [at = -1, id = 0] = keyOf(after, ['number', 'number']) ?? [];
    const key = { at: Number(at), id: Number(id) };
    const [rows, total] = await Promise.all([waitingReports(home, key), countReports(home)]);
    return pageOf(
      rows,
      total,
      (report) => ({
        report: report.id,
        by: report.userId,
        about: `${report.destType === REPORTED.person ? 'user' : 'group'} ${report.destId}`,
        text: onOneLine(report.message),
        pictures: onOneLine(report.images),
        since: timeText(report.createdAt),
      }),
      ({ createdAt, id: report }) => [createdAt, report],
    );
  },
});

export const close = operation({
  name: 'reports.close',
  roles: ['support', 'moderator'],
  subject: 'report',
  about: 'the complaint has been dealt with',
  params: { report: numberOf<ReportId>('report') },
  operands: ['report'],
  run: async (home, { report }) => ({
    on: report,
    batch: closing(home, report),
    marks: ['closed'],
    before: { report: 'open' },
    after: { report: 'closed' },
    async whyNot() {
      const isKnown = (await reportStatus(home, report)) !== undefined;
      return isKnown ? `Report ${report} is closed already.` : `There is no report ${report}.`;
    },
  }),
});
