import { filled, integer } from '../../http/params.ts';
import { info } from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { setReminder } from './set.ts';

export const setMsgAlert = endpoint({
  no: 210,
  path: '/user/setMsgAlert',
  title: '设置提醒接口',
  summary: 'Reminds me of something at a time: event 68 comes back then.',
  params: {
    content: filled('提醒内容', 500),
    seconds: integer('提醒时间：秒级时间戳；小于一年时为从现在起的秒数', -99_999_999_999, 99_999_999_999),
  },
  data: info('设置成功！'),
  idempotent: true,
  invalid: '设置失败',
  errors: {
    IN_THE_PAST: [-1, '提醒时间不许大于当前时间'],
    TOO_FAR: [-1, '设置失败'],
    TOO_MANY_WAIT: [-1, '设置失败'],
  },
  handler: async (context, { content, seconds }) => {
    const reply = { info: '设置成功！' };
    await setReminder(context, content, seconds, reply);
    return reply;
  },
});
