import { sql } from 'drizzle-orm';
import { groups } from '../../../db/schema/groups.ts';
import { LOGIN_EVENT } from '../../../db/schema/login-events.ts';
import { REPORT, REPORTED, reports } from '../../../db/schema/reports.ts';
import { users } from '../../../db/schema/users.ts';
import { chinaDateText } from '../../core/china-time.ts';
import type { ReportId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import { published } from '../../http/login-events.ts';
import { id, orElse, text, word } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import { endpoint } from '../../realtime/endpoint.ts';

/** What the statements here want. */
type Wanted = {
  readonly report: ReportId;
  readonly me: UserId;
  readonly destType: number;
  readonly destId: number;
  readonly images: string;
  readonly message: string;
  readonly now: number;
};

const targetExists = sql`CASE ${p('destType')} WHEN ${REPORTED.person} THEN EXISTS (SELECT 1 FROM ${users} WHERE id = ${p('destId')})
  ELSE EXISTS (SELECT 1 FROM ${groups} WHERE id = ${p('destId')}) END`;
const filed = rowOf(reports, 'report');
const fileReport = prepareChange<Wanted>(
  sql`INSERT INTO ${reports} (id, user_id, dest_type, dest_id, images, message, status, created_at, updated_at)
    SELECT ${p('report')}, ${p('me')}, ${p('destType')}, ${p('destId')}, ${p('images')}, ${p('message')}, ${REPORT.open}, ${p('now')}, ${p('now')}
    WHERE ${orTaken(targetExists, filed)}`,
);
const rememberFiled = replyRow<{ report: ReportId }>(filed);

export const report = endpoint({
  no: 43,
  path: '/chat/report',
  title: '投诉接口',
  summary: 'Files a complaint about a user or a group for an operator to look at.',
  params: {
    destId: id('群/用户 id'),
    destType: word('0 投诉个人 1 投诉群组', REPORTED),
    imgs: orElse(text('投诉图片，逗号分隔的地址', 4000), ''),
    msg: orElse(text('投诉消息内容', 1000), ''),
  },
  data: wire.object({
    info: wire.object({
      id: wire.id('投诉标识'),
      userId: wire.id('用户 id'),
      destId: wire.id('群/用户 id'),
      destType: wire.flag('0 投诉个人 1 投诉群组'),
      report_imgs: wire.text('投诉图片'),
      report_msg: wire.text('投诉消息内容'),
      createTime: wire.dateText('投诉时间'),
      updateTime: wire.dateText('更新时间'),
      status: wire.flag('处理状态'),
    }),
  }),
  perMinute: 20,
  idempotent: true,
  invalid: '举报发送失败',
  errors: { NO_SUCH_TARGET: [-1, '举报发送失败'] },
  handler: async (context, { destId, destType, imgs, msg }) => {
    const me = context.caller.userId;
    const now = context.clock.now();
    const values = {
      report: context.ids.next<ReportId>(),
      me,
      destType,
      destId,
      images: imgs,
      message: msg,
      now,
    };
    const date = chinaDateText(now);
    const facts = { id: values.report, userId: me, destId, destType, report_imgs: imgs, report_msg: msg };
    const reply = { info: { ...facts, createTime: date, updateTime: date, status: REPORT.open } };
    const { filed } = await context.db.write({
      filed: fileReport(values),
      published: published(context, LOGIN_EVENT.report, [values.report]),
      reply: context.remember(reply, rememberFiled, values),
    });
    if (filed === 0) refuse('NO_SUCH_TARGET');
    return reply;
  },
});
