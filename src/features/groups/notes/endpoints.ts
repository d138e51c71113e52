import { ROLE } from '../../../../db/schema/groups.ts';
import type { NoteId } from '../../../core/ids.ts';
import { type FailureText, refuse } from '../../../http/failure.ts';
import { anchor, frontOf } from '../../../http/growing-list.ts';
import { pageOf, pageShape } from '../../../http/paging.ts';
import { groupId, id, page, text } from '../../../http/params.ts';
import * as wire from '../../../http/wire.ts';
import { endpoint } from '../../../realtime/endpoint.ts';
import { findStanding } from '../standing.ts';
import { countNotes, listNotes } from './queries.ts';
import { addNote, changeNote, removeNote } from './write.ts';

const TITLE_MAX = 500;
const CONTENT_MAX = 1024;
const NOT_A_MEMBER = [-1, '您不在该群组，无法操作'] as const satisfies FailureText;
const NOT_ALLOWED = [-1, '无权操作'] as const satisfies FailureText;

export const createGroupNote = endpoint({
  no: 37,
  path: '/chat/createGroupNote',
  title: '发布群公告接口',
  summary: 'Announces something in a group; the owner and admins may.',
  params: {
    groupId: groupId('群组 id'),
    content: text('公告内容', CONTENT_MAX),
    title: text('公告标题', TITLE_MAX),
  },
  shown: { content: 'note', title: 'note' },
  data: wire.info('操作成功'),
  perMinute: 30,
  invalid: '发布失败',
  errors: {
    NO_SUCH_GROUP: [-1, '发布失败'],
    NOT_A_MEMBER,
    NOT_ALLOWED,
    MUTED: [-1, '您已被禁言'],
    EMPTY: [-1, '发布失败'],
  },
  handler: async (context, { groupId, content, title }) => {
    await addNote(context, groupId, title, content);
    return { info: '操作成功' };
  },
});

export const getNoteList = endpoint({
  no: 38,
  path: '/chat/getNoteList',
  title: '获取群公告列表接口',
  summary: 'The announcements of a group I am in, newest first; editable says whether I may change them.',
  params: {
    groupId: groupId('群组 id'),
    pageNo: page(),
    anchor: anchor('第 1 页第一条的 updateTime（毫秒）'),
  },
  data: wire.object({
    ...pageShape(
      wire.object({
        id: wire.id('公告 id'),
        groupId: wire.id('群组 id'),
        userId: wire.id('公告发布人 id'),
        title: wire.text('公告标题'),
        content: wire.text('公告内容'),
        createTime: wire.time('公告创建时间'),
        updateTime: wire.time('公告更新时间'),
      }),
    ),
    editable: wire.flag('1 可编辑：群主和管理员'),
  }),
  errors: { NO_SUCH_GROUP: [-1, '群不存在'], NOT_A_MEMBER },
  handler: async (context, { groupId, pageNo, anchor }) => {
    const me = context.caller.userId;
    const { bounds, keep } = await frontOf(context, { list: `getNoteList ${groupId}`, pageNo, anchor });
    const values = { group: groupId, me, whom: me, now: context.clock.now(), ...bounds };
    const {
      standing: [standing],
      total: [total],
      notes,
    } = await context.db.read({
      standing: findStanding(values),
      total: countNotes(values),
      notes: listNotes(values),
    });
    if (!standing || standing.isDismissed === 1) refuse('NO_SUCH_GROUP');
    if (standing.myRole === null) refuse('NOT_A_MEMBER');
    await keep(notes.map(({ updatedAt }) => updatedAt));
    const list = notes.map(({ createdAt, updatedAt, ...note }) => ({
      ...note,
      createTime: createdAt,
      updateTime: updatedAt,
    }));
    return { ...pageOf(pageNo, total?.count ?? 0, list), editable: standing.myRole <= ROLE.admin };
  },
});

export const updateGroupNote = endpoint({
  no: 39,
  path: '/chat/updateGroupNote',
  title: '更新群公告接口',
  summary: 'Changes an announcement; the owner and admins may. What is not sent stays.',
  params: {
    groupId: groupId('群组 id'),
    content: text('公告内容', CONTENT_MAX).optional(),
    title: text('公告标题', TITLE_MAX).optional(),
    noteId: id<NoteId>('公告 id'),
  },
  shown: { content: 'note', title: 'note' },
  data: wire.info('更新成功'),
  perMinute: 30,
  invalid: '各参数不能为空',
  errors: {
    NO_SUCH_GROUP: [-1, '群不存在'],
    NOT_A_MEMBER,
    NOT_ALLOWED,
    MUTED: [-1, '您已被禁言'],
    NO_SUCH_NOTE: [-1, '各参数不能为空'],
  },
  handler: async (context, { groupId, content, title, noteId }) => {
    await changeNote(context, groupId, noteId, { title, text: content });
    return { info: '更新成功' };
  },
});

export const deleteGroupNote = endpoint({
  no: 40,
  path: '/chat/deleteGroupNote',
  title: '删除群公告接口',
  summary: 'Takes an announcement away; the owner and admins may.',
  params: { groupId: groupId('群组 id'), noteId: id<NoteId>('公告 id') },
  data: wire.info('删除成功'),
  invalid: '删除失败',
  errors: {
    NO_SUCH_GROUP: [-1, '删除失败'],
    NOT_A_MEMBER,
    NOT_ALLOWED,
    NO_SUCH_NOTE: [-1, '删除失败'],
  },
  handler: async (context, { groupId, noteId }) => {
    await removeNote(context, groupId, noteId);
    return { info: '删除成功' };
  },
});
