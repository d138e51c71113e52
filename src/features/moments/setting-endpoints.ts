import { refuse } from '../../http/failure.ts';
import { flag, picture, userId } from '../../http/params.ts';
import { info, text } from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { changeCover, findCover } from './cover.ts';
import { setPermission } from './permissions.ts';

export const changeBackImage = endpoint({
  no: 79,
  path: '/feed/changeBackImage',
  title: '修改朋友圈背景图接口',
  summary: 'Changes the picture above my moments.',
  params: { imgUrl: picture('背景图片地址').refine((value) => value !== '') },
  data: info('更新背景成功'),
  invalid: '更新背景失败',
  handler: async (context, { imgUrl }) => {
    await changeCover(context, imgUrl);
    return { info: '更新背景成功' };
  },
});

export const getBackImage = endpoint({
  no: 80,
  path: '/feed/getBackImage',
  title: '获取朋友圈背景图接口',
  summary: 'The picture above my moments; friends’ come with their profiles.',
  params: {},
  data: text('背景图片地址'),
  errors: { NO_SUCH_USER: [-1, '未找到用户'] },
  handler: async (context) => {
    const [row] = await context.db.read(findCover({ me: context.caller.userId }));
    return (row ?? refuse('NO_SUCH_USER')).image;
  },
});

export const setFeedAuth = endpoint({
  no: 91,
  path: '/feed/setFeedAuth',
  title: '设置朋友圈权限接口',
  summary: 'Opens or closes my moments to a friend, or theirs to me.',
  params: {
    friendId: userId('好友 id'),
    priv: flag('0 关闭权限 1 开启权限'),
    direct: flag('0 设置我的朋友圈不给好友看权限 1 设置不看好友的朋友圈权限'),
  },
  data: info('设置成功'),
  invalid: '设置失败',
  errors: { NOT_FRIENDS: [-1, '设置失败'] },
  handler: async (context, { friendId, priv, direct }) => {
    await setPermission(context, friendId, direct === 0 ? 'show' : 'view', priv);
    return { info: '设置成功' };
  },
});
