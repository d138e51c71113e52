import { refuse } from '../../http/failure.ts';
import { displayName, filled, flag, optional, picture, text, userId } from '../../http/params.ts';
import { info, list, object } from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { NO_SEARCH } from '../steps/kinds.ts';
import { explainStep } from '../steps/standing.ts';
import { findProfile } from './queries.ts';
import { searchPeople } from './search.ts';
import { changeHead, changeProfile, changeSettings, changeSkins } from './update.ts';
import { foundShape, foundUser, profile, profileShape } from './view.ts';

export const updatePrivateSetting = endpoint({
  no: 6,
  path: '/chat/updatePrivateSetting',
  title: '修改个人设置接口',
  summary: 'Sets who may befriend and find me, and whether new messages notify.',
  params: {
    needAuth: flag('加好友是否要认证'),
    newNotification: flag('新消息是否通知'),
    searchMobile: flag('是否允许手机号搜索'),
  },
  data: info('更新成功'),
  handler: async (context, settings) => {
    await changeSettings(context, settings);
    return { info: '更新成功' };
  },
});

export const updateHead = endpoint({
  no: 10,
  path: '/chat/updateHead',
  title: '修改头像接口',
  summary: 'Changes my picture and tells my friends.',
  params: { headUrl: picture('用户新头像地址').refine((value) => value !== '') },
  data: info('头像更新完成'),
  invalid: '更新失败',
  handler: async (context, { headUrl }) => {
    await changeHead(context, headUrl);
    return { info: '头像更新完成' };
  },
});

export const queryUser = endpoint({
  no: 15,
  path: '/chat/queryUser',
  title: '查询用户列表接口',
  summary:
    'Finds people by whole mobile, id, vip number or the beginning of a nickname, whatever its case and width; one character finds whose whole nickname it is. At most 20.',
  params: { mobile: filled('手机号、用户标识、靓号或昵称', 50) },
  data: object({ info: list(foundShape) }),
  perMinute: 60,
  errors: { NO_SEARCH },
  handler: async (context, { mobile: typed }) => {
    await explainStep(context, 'search', 'NO_SEARCH');
    const me = context.caller.userId;
    return { info: (await searchPeople(context, typed)).map((row) => foundUser(row, me)) };
  },
});

export const getUserById = endpoint({
  no: 31,
  path: '/chat/getUserById',
  title: '查询用户信息接口',
  summary: 'A user as I may see them: friendship, remark, labels, block and moment permissions included.',
  params: { destId: userId('被查询的用户 id') },
  data: profileShape,
  invalid: '发生异常',
  errors: { NO_SUCH_USER: [-1, '用户不存在'] },
  handler: async (context, { destId }) => {
    const me = context.caller.userId;
    const [row] = await context.db.read(findProfile({ me, id: destId }));
    return profile(row ?? refuse('NO_SUCH_USER'), me, context.keys);
  },
});

export const updateProfile = endpoint({
  no: 34,
  path: '/chat/updateProfile',
  title: '编辑用户信息接口',
  summary: 'Changes what is sent of my profile, keeps the rest, and tells my friends.',
  params: {
    nickName: displayName('昵称', 50).optional(),
    city: text('城市', 64).optional(),
    province: text('省份', 64).optional(),
    name: displayName('姓名', 50).optional(),
    sign: text('签名', 255).optional(),
    sex: text('性别', 8).optional(),
    district: text('区县 id', 64).optional(),
  },
  shown: {
    nickName: 'name',
    name: 'name',
    sign: 'profile',
    city: 'profile',
    province: 'profile',
    sex: 'profile',
    district: 'profile',
  },
  data: profileShape,
  invalid: '更新失败',
  errors: { NO_SUCH_USER: [-1, '更新失败'] },
  handler: async (context, { nickName, city, province, name, sign, sex, district }) => {
    const row = await changeProfile(context, { nickName, city, province, name, sign, sex, district });
    return profile(row ?? refuse('NO_SUCH_USER'), context.caller.userId, context.keys);
  },
});

export const setMsgSkin = endpoint({
  no: 209,
  path: '/user/setMsgSkin',
  title: '设置聊天皮肤接口',
  summary: 'Keeps the skin of my chats and message bubbles.',
  params: { skin: optional(text('聊天皮肤', 1000)), msgSkin: optional(text('聊天气泡皮肤', 1000)) },
  data: info('设置成功！'),
  invalid: '设置失败',
  handler: async (context, { skin, msgSkin }) => {
    await changeSkins(context, skin, msgSkin);
    return { info: '设置成功！' };
  },
});
