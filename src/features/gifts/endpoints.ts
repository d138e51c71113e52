import { chinaDateText } from '../../core/china-time.ts';
import { yuan } from '../../core/fen.ts';
import type { GiftId, MomentId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { anchor, frontOf } from '../../http/growing-list.ts';
import { pageOf, pageShape } from '../../http/paging.ts';
import { filled, id, optional, page, password, userId } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { payPasswordErrors, verifyPayPassword } from '../pay-password/guard.ts';
import { missingPayPasswordErrors } from '../pay-password/proof.ts';
import { readGift } from './gift-text.ts';
import { give } from './give.ts';
import { countGifts, listGifts, listOffered } from './queries.ts';

const ids = {
  id: wire.id('赠送礼物 id'),
  userId: wire.id('赠送方 id'),
  destId: wire.id('接收方 id'),
  feedId: wire.id('朋友圈内容 id'),
};

const REFUSED = [-1, '赠送失败'] as const;

export const sendFeedGift = endpoint({
  no: 93,
  path: '/feed/sendFeedGift',
  title: '赠送朋友圈礼物接口',
  summary:
    'Gives a gift for a moment that I may see: a text for nothing, or a gift of the catalogue at its price.',
  params: {
    destId: userId('被赠送人 id，须为该动态的发布人'),
    feedId: id<MomentId>('朋友圈内容 id'),
    gift: filled('礼物信息：文本，或含 key、price、name 的 JSON', 1000),
    payPwd: optional(password('支付密码，超出免密限额时需要')),
  },
  shown: { gift: 'money' },
  data: wire.object({
    ...ids,
    content: wire.text('礼物信息'),
    createTime: wire.dateText('赠送时间'),
    updateTime: wire.dateText('更新时间'),
    sender: wire.text('恒为空'),
  }),
  perMinute: 60,
  idempotent: true,
  invalid: '赠送失败',
  errors: {
    REFUSED,
    NOT_ENOUGH_MONEY: [-1, '金额不足'],
    ...missingPayPasswordErrors(REFUSED),
    ...payPasswordErrors(-1, '支付密码错误'),
  },
  beforeReplay: async (context, { payPwd }) => {
    if (payPwd !== undefined) await verifyPayPassword(context, payPwd);
  },
  handler: async (context, { destId, feedId, gift, payPwd }) => {
    const read = readGift(gift) ?? refuse('REFUSED');
    const id = context.ids.next<GiftId>();
    const date = chinaDateText(context.clock.now());
    const facts = { id, userId: context.caller.userId, destId, feedId, content: read.content };
    const reply = { ...facts, createTime: date, updateTime: date, sender: '' };
    await give(context, { id, receiver: destId, moment: feedId, gift: read, payPassword: payPwd }, reply);
    return reply;
  },
});

export const giftList = endpoint({
  path: '/feed/giftList',
  ours: true,
  title: '礼物目录',
  summary: 'The gifts that may be given, each at its price.',
  params: {},
  data: wire.object({
    list: wire.list(
      wire.object({
        key: wire.text('礼物标识，赠送时写入 gift 的 key'),
        name: wire.text('礼物名称'),
        price: wire.money('价格'),
        picture: wire.text('礼物图片地址，可为空'),
      }),
    ),
  }),
  handler: async ({ db, publicUrl }) => {
    const gifts = await db.read(listOffered());
    return {
      list: gifts.map(({ key, name, price, picture }) => ({
        key,
        name,
        price: yuan(price),
        picture: picture === '' ? '' : `${publicUrl}/upload/${picture}`,
      })),
    };
  },
});

export const myGift = endpoint({
  no: 94,
  path: '/feed/myGift',
  title: '我收到的朋友圈礼物列表接口',
  summary: 'Gifts that I got for my moments, newest first.',
  params: { pageNo: page('第几页 (分页)'), anchor: anchor() },
  data: wire.object(
    pageShape(
      wire.object({
        ...ids,
        giftContent: wire.text('礼物信息'),
        name: wire.text('礼物赠送方名称'),
        headUrl: wire.text('礼物赠送方头像'),
        createTime: wire.time('赠送时间'),
        updateTime: wire.time('更新时间'),
      }),
    ),
  ),
  invalid: '赠送失败',
  handler: async (context, { pageNo, anchor }) => {
    const me = context.caller.userId;
    const { bounds, keep } = await frontOf(context, { list: 'myGift', pageNo, anchor });
    const {
      counted: [counted],
      rows,
    } = await context.db.read({
      counted: countGifts({ me, upTo: bounds.upTo }),
      rows: listGifts({ me, ...bounds }),
    });
    await keep(rows.map(({ id }) => id));
    const list = rows.map(({ id, giverId, momentId, content, createdAt, name, headUrl }) => {
      const facts = { id, userId: giverId, destId: me, feedId: momentId, giftContent: content };
      return { ...facts, name, headUrl, createTime: createdAt, updateTime: createdAt };
    });
    return { ...pageOf(pageNo, counted?.count ?? 0, list), orderBy: 'createTime', orderType: 'desc' };
  },
});
