import { refuse } from '../../http/failure.ts';
import { anchor, frontOf } from '../../http/growing-list.ts';
import { pageOf, pageShape } from '../../http/paging.ts';
import { integer, orElse, page, text, userId } from '../../http/params.ts';
import { latitude, longitude, placeOf } from '../../http/position.ts';
import * as wire from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { NO_SEARCH } from '../steps/kinds.ts';
import { explainStep } from '../steps/standing.ts';
import { greet } from './greet.ts';
import { countGreetings, greetingView, listGreetings, removeGreeting, removeGreetings } from './greetings.ts';
import { shake } from './meet.ts';
import { countRecords, listRecords, removeRecords } from './records.ts';

const BUSY = '网络繁忙，请稍后重试';
const number = (description: string) => orElse(integer(description, 0, Number.MAX_SAFE_INTEGER), 0);

export const findRandom = endpoint({
  no: 142,
  path: '/geo/findRandom',
  title: '摇一摇接口',
  summary: 'Finds who shakes within the same ten seconds, nearest first.',
  params: { longitude: longitude(), latitude: latitude() },
  paramAliases: { lon: 'longitude', lng: 'longitude', lat: 'latitude' },
  data: wire.object({
    distance: wire.count('距离（米），向上取整到 500 米'),
    user: wire.object({
      id: wire.id('用户唯一标识'),
      name: wire.text('用户名'),
      nickName: wire.text('昵称'),
      sex: wire.text('性别'),
      headUrl: wire.text('头像地址'),
      sign: wire.text('签名'),
    }),
  }),
  perMinute: 60,
  errors: { NOBODY: [0, '没有找到同一时刻的人'], NO_SEARCH },
  handler: async (context, { longitude, latitude }) => {
    await explainStep(context, 'search', 'NO_SEARCH');
    return shake(context, placeOf(latitude, longitude));
  },
});

export const getRockRecord = endpoint({
  no: 143,
  path: '/geo/getRockRecord',
  title: '查询摇一摇历史接口',
  summary: 'The people whom I have met by shaking, newest first.',
  params: { page: page('第几页'), anchor: anchor() },
  paramAliases: { pageNo: 'page' },
  data: wire.object(
    pageShape(
      wire.object({
        rockid: wire.id('摇一摇记录 id'),
        distance: wire.count('距离（米），向上取整到 500 米'),
        nickName: wire.text('昵称'),
        sex: wire.text('性别'),
        headUrl: wire.text('头像'),
        sign: wire.text('签名'),
        userId: wire.id('用户 id'),
      }),
    ),
  ),
  handler: async (context, { page: pageNo, anchor }) => {
    const me = context.caller.userId;
    const { bounds, keep } = await frontOf(context, { list: 'getRockRecord', pageNo, anchor });
    const {
      count: [count],
      rows,
    } = await context.db.read({
      count: countRecords({ me, upTo: bounds.upTo }),
      rows: listRecords({ me, ...bounds }),
    });
    await keep(rows.map(({ rockid }) => rockid));
    return pageOf(pageNo, count?.total ?? 0, rows);
  },
});

export const removeRockRecord = endpoint({
  no: 144,
  path: '/geo/removeRockRecord',
  title: '清除摇一摇历史接口',
  summary: 'Takes one record out of my list, or all.',
  params: { id: number('摇一摇记录 id，0 或不填为全部') },
  data: wire.info('清除成功'),
  invalid: BUSY,
  errors: { NO_SUCH_RECORD: [-1, BUSY] },
  handler: async (context, { id }) => {
    const values = { me: context.caller.userId, record: id, now: context.clock.now() };
    const removed = await context.db.write(removeRecords(values));
    if (id > 0 && removed === 0) refuse('NO_SUCH_RECORD');
    return { info: '清除成功' };
  },
});

export const sendGreet = endpoint({
  path: '/geo/sendGreet',
  title: '打招呼或回复接口',
  summary: 'Greets somebody whom I have met by shaking, or replies; event 67 tells them.',
  params: {
    destId: userId('对方用户 id'),
    pid: number('所回复的招呼 id，0 或不填为新的招呼'),
    msg: orElse(text('内容，默认 向你打了一声招呼', 200), ''),
  },
  shown: { msg: 'request' },
  data: wire.info('发送成功'),
  perMinute: 20,
  idempotent: true,
  errors: { NOT_MET: [-1, BUSY], MUTED: [-1, '您已被禁言'] },
  handler: async (context, { destId, pid, msg }) => {
    const reply = { info: '发送成功' };
    await greet(context, { to: destId, thread: pid, message: msg || '向你打了一声招呼' }, reply);
    return reply;
  },
});

export const greetList = endpoint({
  path: '/geo/greetList',
  title: '打招呼的人接口',
  summary: 'Greetings that I was sent, newest first, with their replies.',
  params: { pageNo: page(), anchor: anchor() },
  paramAliases: { page: 'pageNo' },
  data: wire.object(
    pageShape(
      wire.object({
        gid: wire.id('招呼 id'),
        userId: wire.id('打招呼的人'),
        nickName: wire.text('昵称'),
        headUrl: wire.text('头像'),
        msg: wire.text('内容'),
        addTime: wire.time('时间'),
        clist: wire.list(
          wire.object({
            msgid: wire.id('回复 id'),
            userId: wire.id('回复的人'),
            nickName: wire.text('昵称'),
            msg: wire.text('内容'),
          }),
        ),
      }),
    ),
  ),
  handler: async (context, { pageNo, anchor }) => {
    const me = context.caller.userId;
    const { bounds, keep } = await frontOf(context, { list: 'greetList', pageNo, anchor });
    const {
      count: [count],
      rows,
    } = await context.db.read({
      count: countGreetings({ me, upTo: bounds.upTo }),
      rows: listGreetings({ me, ...bounds }),
    });
    await keep(rows.map(({ gid }) => gid));
    return pageOf(pageNo, count?.total ?? 0, rows.map(greetingView));
  },
});

export const removeRockMessage = endpoint({
  path: '/geo/removeRockMessage',
  title: '清除打招呼接口',
  summary: 'Removes one greeting to me with its replies, or all.',
  params: { id: number('招呼 id，0 或不填为全部') },
  data: wire.info('清除成功'),
  invalid: BUSY,
  errors: { NO_SUCH_GREETING: [-1, BUSY] },
  handler: async (context, { id }) => {
    const values = { me: context.caller.userId, greeting: id, now: context.clock.now() };
    const removed = await context.db.write(id > 0 ? removeGreeting(values) : removeGreetings(values));
    if (id > 0 && removed === 0) refuse('NO_SUCH_GREETING');
    return { info: '清除成功' };
  },
});
