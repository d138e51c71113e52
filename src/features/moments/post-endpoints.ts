import { PRIVACY } from '../../../db/schema/moments.ts';
import type { CommentId, MomentId, PraiseId, UserId } from '../../core/ids.ts';
import { filled, id, idOrNone, integer, optional, orElse, text, userIds, word } from '../../http/params.ts';
import { latitude, longitude, placeOf } from '../../http/position.ts';
import { info } from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { MAX_FRIENDS } from '../friends/relation.ts';
import { comment, removeComment } from './comment.ts';
import { film, images } from './fields.ts';
import { praise, removePraise, unpraise } from './praise.ts';

import { publish } from './publish.ts';
import { removeMoment } from './remove.ts';
import { momentShape, momentView, unseenMomentView } from './view.ts';

const feedId = id<MomentId>('朋友圈 id');
/** Ids in `at`: every reader is shown all of them. */
const MAX_MENTIONED = 200;

export const addFeed = endpoint({
  no: 82,
  path: '/feed/addFeed',
  title: '发布朋友圈接口',
  summary: 'Publishes a moment, tells the friends who may see it, and calls those it mentions.',
  params: {
    images: images('图片，逗号分隔的地址，至多 9 张'),
    text: orElse(text('文本', 2000), ''),
    lat: optional(latitude()),
    lng: optional(longitude()),
    address: orElse(text('发布地点', 200), ''),
    priv: word('0 公开 1 私密 2 部分可见 3 部分不可见', PRIVACY),
    at: orElse(userIds('提醒谁看', MAX_MENTIONED), []),
    uids: orElse(userIds('限制部分的用户的用户 id', MAX_FRIENDS), []),
    video: film('视频'),
    ext: orElse(text('扩展字段', 2000), ''),
  },
  paramAliases: { longitude: 'lng', lon: 'lng', latitude: 'lat' },
  shown: { text: 'moment', address: 'moment', ext: 'moment' },
  data: momentShape,
  perMinute: 20,
  invalid: '发布失败',
  errors: {
    EMPTY: [-1, '发布失败'],
    MUTED: [-1, '您已被禁止发布朋友圈'],
    TOO_MANY: [-1, '朋友圈数量已达上限'],
  },
  handler: async (context, { lat, lng, priv, at, uids, ...post }) => {
    const place = placeOf(lat, lng);
    const row = await publish(context, { ...post, place, privacy: priv, mentions: at, audience: uids });
    return momentView(row, context.caller.userId);
  },
});

export const addFeedComment = endpoint({
  no: 83,
  path: '/feed/addFeedComment',
  title: '朋友圈发布评论接口',
  summary: 'Comments on a moment that I may see, and tells its author and those who took part.',
  params: {
    feedId,
    text: filled('评论文本内容', 1000),
    replyId: orElse(integer('被回复用户 id', 0, Number.MAX_SAFE_INTEGER), 0),
  },
  shown: { text: 'comment' },
  data: info('评论发布成功'),
  perMinute: 60,
  idempotent: true,
  invalid: '评论发布失败',
  errors: {
    NO_SUCH_MOMENT: [-1, '评论发布失败'],
    MUTED: [-1, '您已被禁止评论'],
    TOO_MANY: [-1, '评论数量已达上限'],
  },
  handler: async (context, { feedId, text, replyId }) => {
    const answer = { info: '评论发布成功' };
    await comment(context, feedId, text, replyId as UserId | 0, answer); // looked up in SQL before it is used
    return answer;
  },
});

export const addFeedPraise = endpoint({
  no: 84,
  path: '/feed/addFeedPraise',
  title: '朋友圈点赞接口',
  summary: 'Praises a moment that I may see, once, and tells its author and those who took part.',
  params: { feedId },
  data: info('赞发布成功'),
  perMinute: 60,
  invalid: '发布失败',
  errors: { NO_SUCH_MOMENT: [-1, '发布失败'] },
  handler: async (context, { feedId }) => {
    await praise(context, feedId);
    return { info: '赞发布成功' };
  },
});

export const cancelPraise = endpoint({
  no: 85,
  path: '/feed/canclePraise',
  title: '取消朋友圈点赞接口',
  summary: 'Takes my praise of a moment back, or deletes one under a moment of mine.',
  params: { feedId, praiseId: idOrNone<PraiseId>('赞 id：删除自己动态下的某个赞，不传则取消自己的赞') },
  data: info('取消赞成功'),
  invalid: '取消赞失败',
  errors: { NO_SUCH_MOMENT: [-1, '取消赞失败'] },
  handler: async (context, { feedId, praiseId }) => {
    if (praiseId === undefined) await unpraise(context, feedId);
    else await removePraise(context, feedId, praiseId);
    return { info: '取消赞成功' };
  },
});

export const deleteFeed = endpoint({
  no: 86,
  path: '/feed/deleteFeed',
  title: '删除朋友圈接口',
  summary: 'Deletes a moment of mine with its comments and praises.',
  params: { feedId },
  data: info('删除成功'),
  invalid: '删除失败，参数不正确',
  errors: { NO_SUCH_MOMENT: [-1, '删除失败，参数不正确'] },
  handler: async (context, { feedId }) => {
    await removeMoment(context, feedId);
    return { info: '删除成功' };
  },
});

export const delFeedComment = endpoint({
  no: 95,
  path: '/feed/delFeedComment',
  title: '删除朋友圈评论接口',
  summary: 'Deletes a comment of mine, or under a moment of mine; answers the moment as I see it.',
  params: { commentId: id<CommentId>('评论 id') },
  data: momentShape,
  invalid: '删除失败',
  errors: { NO_SUCH_COMMENT: [-1, '删除失败'] },
  handler: async (context, { commentId }) => {
    const me = context.caller.userId;
    const { moment, row } = await removeComment(context, commentId);
    return row ? momentView(row, me) : unseenMomentView(moment, me);
  },
});
