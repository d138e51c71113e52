import { PRIVACY } from '../../../db/schema/moments.ts';
import type { MomentId, UserId } from '../../core/ids.ts';
import { pageOf, pageShape } from '../../http/paging.ts';
import * as wire from '../../http/wire.ts';
import type { MomentRow } from './columns.ts';
import type { ListRow } from './queries.ts';

/** `status` of every moment that is shown. */
const VALID = 1;

const personShape = {
  userId: wire.id('用户 id'),
  userName: wire.text('用户名称，有备注时为备注'),
  userHeadUrl: wire.text('用户头像'),
};

export const momentShape = wire.named('Moment', {
  id: wire.text('朋友圈 id，由 feedId 得出的 24 位十六进制文本'),
  belongUserId: wire.id('查看人 id'),
  feedText: wire.text('文本内容'),
  feedImgs: wire.text('图片内容，逗号分隔的地址'),
  ...personShape,
  createTime: wire.time('发布时间'),
  status: wire.text('状态 (1 有效)'),
  feedId: wire.id('朋友圈 id'),
  lat: wire.text('纬度'),
  lng: wire.text('经度'),
  address: wire.text('发布地点'),
  at: wire.text('提醒谁看，逗号分隔的用户 id'),
  uids: wire.text('限制部分的用户 id，仅发布人可见'),
  feedVideo: wire.text('视频内容'),
  priv: wire.count('0 公开 1 私密 2 部分可见 3 部分不可见'),
  ext: wire.text('扩展字段'),
  imFeedPraises: wire.list(
    wire.object({ id: wire.id('点赞 id'), ...personShape, createTime: wire.time('点赞时间') }),
  ),
  imFeedComments: wire.list(
    wire.object({
      id: wire.id('评论 id'),
      ...personShape,
      replyUserId: wire.id('被回复用户 id，0 为评论动态本身'),
      replyUserName: wire.text('被回复用户名称'),
      replyUserHeadUrl: wire.text('被回复用户头像'),
      commentText: wire.text('评论内容'),
      createTime: wire.time('评论时间'),
    }),
  ),
  atUsers: wire.list(wire.object({ ...personShape, feedId: wire.id('朋友圈 id') })),
});

export const momentPageShape = wire.named('MomentPage', {
  ...pageShape(momentShape),
  skip: wire.count('跳过条数'),
});

/** The 24 hex digits that clients know a moment by beside its number. */
const hexId = (id: MomentId) => id.toString(16).padStart(24, '0');

interface Person {
  readonly userId: number;
  readonly userName: string;
  readonly userHeadUrl: string;
}
interface Praise extends Person {
  readonly id: number;
  readonly createTime: number;
}
interface Comment extends Praise {
  readonly replyUserId: number;
  readonly replyUserName: string;
  readonly replyUserHeadUrl: string;
  readonly commentText: string;
}

const byId = (a: Praise, b: Praise) => a.id - b.id;

/** A moment as `viewer` sees it. */
export function momentView(row: MomentRow, viewer: UserId) {
  // Written by json_object in columns.ts, with these keys.
  const mentions = JSON.parse(row.mentions) as (Person & { readonly feedId: number })[];
  const comments = JSON.parse(row.comments) as Comment[];
  const praises = JSON.parse(row.praises) as Praise[];
  return {
    id: hexId(row.id),
    belongUserId: viewer,
    feedText: row.text,
    feedImgs: row.images,
    userId: row.authorId,
    userName: row.authorName,
    userHeadUrl: row.authorHead,
    createTime: row.createdAt,
    status: VALID,
    feedId: row.id,
    lat: row.latitude,
    lng: row.longitude,
    address: row.address,
    at: mentions.map(({ userId }) => userId).join(','),
    uids: row.audience,
    feedVideo: row.video,
    priv: row.privacy,
    ext: row.ext,
    imFeedPraises: praises.sort(byId),
    imFeedComments: comments.sort(byId),
    atUsers: mentions,
  };
}

const NOTHING: Omit<MomentRow, 'id' | 'authorId'> = {
  authorName: '',
  authorHead: '',
  text: '',
  images: '',
  video: '',
  latitude: null,
  longitude: null,
  address: '',
  privacy: PRIVACY.friends,
  ext: '',
  createdAt: 0,
  audience: null,
  mentions: '[]',
  comments: '[]',
  praises: '[]',
};

/** What is left of a moment for somebody who may not see it any more: its number. */
export const unseenMomentView = (id: MomentId, viewer: UserId) => ({
  ...momentView({ ...NOTHING, id, authorId: viewer }, viewer),
  userId: '',
  createTime: '',
  priv: '',
});

/** A page of moments as `viewer` sees them. */
export function momentPage(pageNo: number, skip: number, rows: readonly ListRow[], viewer: UserId) {
  const found = rows.flatMap((row) => (row.id === null ? [] : [momentView(row, viewer)]));
  return { ...pageOf(pageNo, rows[0]?.total ?? 0, found), skip };
}
