import { refuse } from '../../http/failure.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { listClientChats } from '../friends/client-chats.ts';
import { standingSteps, stepsView } from '../steps/standing.ts';
import { findMe, listFriends, listGroups, listLabels, listPins } from './queries.ts';
import { friendView, labelView, memberGroupView, myInfo, readyShape } from './view.ts';

export const ready = endpoint({
  no: 35,
  path: '/chat/ready',
  title: '系统初始化接口',
  summary: 'Everything that an app needs after logging in: me, friends, groups, pins, labels, settings.',
  params: {},
  documentsToken: true,
  data: readyShape,
  handler: async (context) => {
    const values = { me: context.caller.userId, now: context.clock.now() };
    const {
      me: [me],
      friends,
      groups,
      pins,
      labels,
      chats,
      steps,
    } = await context.db.read({
      me: findMe(values),
      friends: listFriends(values),
      groups: listGroups(values),
      pins: listPins(values),
      labels: listLabels(values),
      chats: listClientChats(values),
      steps: standingSteps({ user: values.me, now: values.now }),
    });
    if (!me) refuse('SESSION_ENDED');
    const now = context.clock.now();
    const shown = friends.map(friendView);
    return {
      myInfo: myInfo(me, context.keys),
      firendsInfo: shown,
      friendsInfo: shown,
      groupsInfo: groups.map((group) => memberGroupView(group, now)),
      friends: { gid: 0, gname: '我的好友', friends: shown },
      topList: pins,
      marksInfo: labels.map(labelView),
      clientChats: chats,
      steps: stepsView(steps),
      payInfo: me.hasPayPassword === 1 ? '1' : '',
    };
  },
});
