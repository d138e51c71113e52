import { REPORTED } from '../../../db/schema/reports.ts';
import type { ReportId } from '../../core/ids.ts';
import { closeReport, countReports, reportStatus, waitingReports } from '../../features/reports/review.ts';
import { type Action, listing, NothingDone, numberOf, onOneLine, timeText } from './action.ts';

export const reports: Readonly<Record<string, Action>> = {
  list: listing(
    'reports',
    'complaints: number, by whom, about whom, text, pictures, since when',
    async ({ platform }, page) => {
      const rows = (await waitingReports(platform, page)).map((report) => ({
        report: report.id,
        by: report.userId,
        about: `${report.destType === REPORTED.person ? 'user' : 'group'} ${report.destId}`,
        text: onOneLine(report.message),
        pictures: onOneLine(report.images),
        since: timeText(report.createdAt),
      }));
      return [rows, await countReports(platform)];
    },
  ),
  close: {
    usage: 'admin reports close REPORT',
    about: 'the complaint has been dealt with',
    operands: [1, 1],
    async run({ platform }, { operands: [text] }, print) {
      const report = numberOf<ReportId>('report', text);
      if (await closeReport(platform, report)) return print('Done.');
      const isKnown = (await reportStatus(platform, report)) !== undefined;
      throw new NothingDone(
        isKnown ? `Report ${report} is closed already.` : `There is no report ${report}.`,
      );
    },
  },
};
