import { type Draw, recent } from './money.ts';
import type { Draft, World } from './world.ts';

const toPerson =
  (path: string, name: string): Draw =>
  ({ random, people }) => ({ path, params: { [name]: random.pick(people).id, destType: 1 } });

const inGroup =
  (path: string, params: (world: World) => Draft['params']): Draw =>
  (world) => {
    const group = recent(world.random, world.groups);
    return group && { path, params: { groupId: group.id, ...params(world) } };
  };

/** What the owner of a group does, and now and then somebody tries who may not. */
const ofOwner =
  (path: string, params: (world: World) => Draft['params']): Draw =>
  (world, me) => {
    const group = recent(world.random, world.groups);
    if (!group) return undefined;
    const who = world.random.chance(85) ? group.owner : me;
    return { who, path, params: { groupId: group.id, ...params(world) } };
  };

const whom = ({ random, people }: World) => ({ destId: random.pick(people).id });

/** What people do besides, each with how often: it decides who may pay whom. */
export const peopleActions: readonly (readonly [weight: number, draw: Draw])[] = [
  [3, toPerson('/chat/requestFriend', 'destId')],
  [3, toPerson('/chat/acceptRequest', 'destId')],
  [1, toPerson('/chat/delFriend', 'destId')],
  [1, toPerson('/chat/setBlock', 'blockId')],
  [3, toPerson('/chat/removeBlack', 'destId')],
  [
    1,
    ({ random, people, groups }, me) => ({
      path: '/chat/createGroup',
      params: {
        name: '新茶馆',
        ids: people
          .filter(() => random.chance(30))
          .map(({ id }) => id)
          .join(','),
      },
      learn: ({ id }) => groups.push({ id, owner: me }),
    }),
  ],
  [2, inGroup('/chat/addGroupMember', (world) => ({ inviteIds: whom(world).destId }))],
  [4, inGroup('/chat/requestGroupJoin', ({ random }) => ({ answer: random.pick(['', '茶', '水']) }))],
  [3, inGroup('/chat/quitGroup', () => ({}))],
  [
    2,
    ofOwner('/chat/updateGroupMember', (world) => ({ ...whom(world), type: 1, ope: world.random.below(2) })),
  ],
  [1, ofOwner('/chat/setGroupAdmin', (world) => ({ ...whom(world), IsSet: world.random.below(2) }))],
  [3, ofOwner('/chat/removeGroupMember', whom)],
  [1, ofOwner('/chat/transGroup', whom)],
  [1, inGroup('/chat/transGroupConfirm', (world) => ({ ...whom(world), accept: world.random.below(2) }))],
  [
    6,
    ofOwner('/chat/updateJoinstatus', ({ random }) => ({
      status: random.chance(80) ? 6 : random.below(6),
      question: '喝什么',
      answer: '茶',
      fee: random.pick(['0.01', '5', '12.5', '80']),
    })),
  ],
  [
    3,
    ({ moments }, me) => ({
      path: '/feed/addFeed',
      params: { text: '今天的茶', priv: 0 },
      learn: ({ feedId }) => moments.push({ id: feedId, author: me }),
    }),
  ],
];

/** Ends a group, seldom; it stays known, so that people try to act in it. */
export const dismiss: Draw = ofOwner('/chat/dismissGroup', () => ({}));
