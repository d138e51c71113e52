import { CATEGORIES, REPORT, REPORTED } from '../../../db/schema/reports.ts';
import { chinaDateText } from '../../core/china-time.ts';
import type { CommentId, MomentId, NoteId, ReportId } from '../../core/ids.ts';
import { refuseParameter } from '../../http/failure.ts';
import { id, idOrNone, oneOf, optional, orElse, text, word } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import type { Complaint } from './file.ts';
import { fileReport } from './file.ts';

type Named = Readonly<Record<'msgId' | 'feedId' | 'commentId' | 'noteId', string | number | undefined>>;
const SUBJECT_OF = { msgId: 'message', feedId: 'moment', commentId: 'comment', noteId: 'note' } as const;

/** What a complaint names: one thing at most. */
function aboutOf(named: Named): Complaint['about'] {
  const given = (Object.keys(SUBJECT_OF) as (keyof Named)[]).filter((name) => named[name] !== undefined);
  if (given[1]) refuseParameter(given[1]);
  const [name] = given;
  const value = name && named[name];
  return name && value !== undefined ? { subject: SUBJECT_OF[name], named: value } : undefined;
}

export const report = endpoint({
  no: 43,
  path: '/chat/report',
  title: '投诉接口',
  summary:
    'Files a complaint about a user or a group, and may name one thing of theirs that the caller sees: it is copied as it stands then.',
  params: {
    destId: id('群/用户 id'),
    destType: word('0 投诉个人 1 投诉群组', REPORTED),
    imgs: orElse(text('投诉图片，逗号分隔的地址', 4000), ''),
    msg: orElse(text('投诉消息内容', 1000), ''),
    msgId: optional(text('被投诉的消息', 64)),
    feedId: idOrNone<MomentId>('被投诉的朋友圈'),
    commentId: idOrNone<CommentId>('被投诉的评论'),
    noteId: idOrNone<NoteId>('被投诉的群公告'),
    category: optional(oneOf('投诉类别', CATEGORIES)),
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
  errors: {
    NO_SUCH_TARGET: [-1, '举报发送失败'],
    NO_SUCH_CONTENT: [-1, '举报的内容不存在，或您无权查看'],
    TOO_MANY: [-1, '今天的举报次数已达上限'],
  },
  handler: async (context, { destId, destType, imgs, msg, category, ...named }) => {
    const about = aboutOf({ ...named, msgId: named.msgId || undefined });
    const id = context.ids.next<ReportId>();
    const date = chinaDateText(context.clock.now());
    const facts = { id, userId: context.caller.userId, destId, destType, report_imgs: imgs, report_msg: msg };
    const reply = { info: { ...facts, createTime: date, updateTime: date, status: REPORT.open } };
    const complaint = { destType, destId, images: imgs, message: msg, category: category ?? '', about };
    await fileReport(context, id, complaint, reply);
    return reply;
  },
});
