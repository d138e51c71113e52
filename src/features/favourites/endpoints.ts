import type { FavouriteId, GroupId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { anchor, frontOf } from '../../http/growing-list.ts';
import { pageOf, pageShape } from '../../http/paging.ts';
import { filled, id, integer, page, text, url } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { addFavourite } from './add.ts';
import { countFavourites, deleteFavourite, listFavourites } from './queries.ts';

export const addFavorite = endpoint({
  no: 76,
  path: '/favorite/addFavorite',
  title: '添加收藏接口',
  summary: 'Keeps a message, picture or link that somebody sent.',
  params: {
    category: integer('1 文本 2 图片 3 语音 4 视频 5 表情 6 链接、文章', 1, 6),
    content: filled('内容', 20_000),
    fromId: id<UserId | GroupId>('用户 id/群 id'),
    fromName: text('用户/群名称', 100),
    fromHeadUrl: url('用户/群头像'),
  },
  data: wire.info('收藏成功'),
  invalid: '收藏失败，参数不正确',
  errors: { ALREADY_THERE: [-1, '收藏失败，重复收藏'], TOO_MANY: [-1, '收藏失败，收藏数量已达上限'] },
  handler: async (context, favourite) => {
    await addFavourite(context, favourite);
    return { info: '收藏成功' };
  },
});

export const getFavorite = endpoint({
  no: 77,
  path: '/favorite/getFavorite',
  title: '获取收藏列表接口',
  summary: 'What I keep, newest first, 20 a page.',
  params: { pageNo: page(), anchor: anchor() },
  data: wire.object(
    pageShape(
      wire.object({
        id: wire.id('收藏唯一标识'),
        userId: wire.id('用户 id'),
        category: wire.count('1 文本 2 图片 3 语音 4 视频 5 表情 6 链接、文章'),
        content: wire.text('内容'),
        fromId: wire.id('用户 id/群 id'),
        fromName: wire.text('用户/群名称'),
        fromHeadUrl: wire.text('用户/群头像'),
        createTime: wire.time('收藏时间'),
      }),
    ),
  ),
  handler: async (context, { pageNo, anchor }) => {
    const { bounds, keep } = await frontOf(context, { list: 'getFavorite', pageNo, anchor });
    const values = { me: context.caller.userId, ...bounds };
    const {
      counted: [counted],
      rows,
    } = await context.db.read({ counted: countFavourites(values), rows: listFavourites(values) });
    await keep(rows.map(({ id }) => id));
    return pageOf(pageNo, counted?.total ?? 0, rows);
  },
});

export const delFavorite = endpoint({
  no: 78,
  path: '/favorite/delFavorite',
  title: '删除收藏接口',
  summary: 'Lets something that I keep go.',
  params: { favoriteId: id<FavouriteId>('收藏 id') },
  data: wire.info('删除成功'),
  errors: { NOT_MINE: [-1, '删除失败'] },
  handler: async (context, { favoriteId }) => {
    const deleted = await context.db.write(deleteFavourite({ me: context.caller.userId, id: favoriteId }));
    if (deleted === 0) refuse('NOT_MINE');
    return { info: '删除成功' };
  },
});
