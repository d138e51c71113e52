import { chinaMonth } from '../../core/china-time.ts';
import type { MomentId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { anchor, type Front, frontOf, type GrowingList } from '../../http/growing-list.ts';
import { PAGE_SIZE } from '../../http/paging.ts';
import { id, integer, page, userId } from '../../http/params.ts';
import { object, text } from '../../http/wire.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { findMoment, listAlbum, listMonth, listOfAuthor, listTimeline, TIMELINE_DEPTH } from './queries.ts';
import { momentPage, momentPageShape, momentShape, momentView } from './view.ts';

const pageNo = page('第几页 (分页)');

/** Moments of one author, as the caller may see them. */
const ofAuthor = (context: CallerContext, author: UserId, wanted: GrowingList) =>
  pageOfMoments(context, wanted, (values) => listOfAuthor({ author, ...values }));

type Values = Front['bounds'] & { readonly me: UserId };

async function pageOfMoments(
  context: CallerContext,
  wanted: GrowingList,
  list: (values: Values) => ReturnType<typeof listTimeline>,
) {
  const me = context.caller.userId;
  const { bounds, keep } = await frontOf(context, wanted);
  const rows = await context.db.read(list({ me, ...bounds }));
  await keep(rows.flatMap(({ id }) => id ?? []));
  return momentPage(wanted.pageNo, bounds.offset, rows, me);
}

export const getFeedAlbum = endpoint({
  no: 81,
  path: '/feed/getFeedAlbum',
  title: '获取朋友圈相册接口',
  summary: 'The pictures of the last three moments of a person that have any and that I may see.',
  params: { destId: userId('目标用户 id') },
  data: object({ album: text('图片地址，逗号分隔') }),
  errors: { NO_PICTURES: [0, '没有相册数据'] },
  handler: async (context, { destId }) => {
    const rows = await context.db.read(listAlbum({ me: context.caller.userId, author: destId }));
    if (rows.length === 0) refuse('NO_PICTURES');
    return { album: rows.map(({ images }) => images).join(',') };
  },
});

export const getOneFeed = endpoint({
  no: 87,
  path: '/feed/getOneFeed',
  title: '获取朋友圈详情接口',
  summary: 'One moment, if I may see it.',
  params: { feedId: id<MomentId>('朋友圈 id') },
  data: momentShape,
  invalid: '失败，参数不正确',
  errors: { NO_SUCH_MOMENT: [0, '该动态已被删除'] },
  handler: async (context, { feedId }) => {
    const me = context.caller.userId;
    const [row] = await context.db.read(findMoment({ me, moment: feedId }));
    return momentView(row ?? refuse('NO_SUCH_MOMENT'), me);
  },
});

export const getFeed = endpoint({
  no: 88,
  path: '/feed/getFeed',
  title: '获取朋友圈内容列表接口',
  summary: `My moments and my friends’, newest first: the newest ${TIMELINE_DEPTH}.`,
  params: { pageNo, anchor: anchor() },
  data: momentPageShape,
  handler: (context, input) =>
    pageOfMoments(context, { list: 'getFeed', ...input }, ({ offset, ...values }) => {
      const limit = Math.max(0, Math.min(PAGE_SIZE, TIMELINE_DEPTH - offset));
      return listTimeline({ ...values, limit, offset: Math.min(offset, TIMELINE_DEPTH) });
    }),
});

export const getMyFeed = endpoint({
  no: 89,
  path: '/feed/getMyFeed',
  title: '获取自己的朋友圈内容列表接口',
  summary: 'My own moments, newest first.',
  params: { pageNo, anchor: anchor() },
  data: momentPageShape,
  handler: (context, input) => ofAuthor(context, context.caller.userId, { list: 'getMyFeed', ...input }),
});

export const getFriendFeed = endpoint({
  no: 90,
  path: '/feed/getFriendFeed',
  title: '获取好友的朋友圈内容列表接口',
  summary: 'Moments of one person that I may see, newest first.',
  params: { friendId: userId('好友 id'), pageNo, anchor: anchor() },
  data: momentPageShape,
  handler: (context, { friendId, ...input }) =>
    ofAuthor(context, friendId, { list: `getFriendFeed ${friendId}`, ...input }),
});

export const searchFeed = endpoint({
  no: 92,
  path: '/feed/searchFeed',
  title: '搜索朋友圈内容接口',
  summary: 'My moments and my friends’ of a month in Asia/Shanghai, newest first.',
  params: { year: integer('年', 1970, 9999), month: integer('月', 1, 12), pageNo, anchor: anchor() },
  data: momentPageShape,
  handler: (context, { year, month, ...input }) =>
    pageOfMoments(context, { list: `searchFeed ${year} ${month}`, ...input }, (values) =>
      listMonth({ ...chinaMonth(year, month), ...values }),
    ),
});
