import type { UserId } from '../../src/core/ids.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { logIn } from '../calls.ts';
import { LARGE_GROUP } from './people.ts';
import { FIRST_PERSON } from './sql.ts';

const ME = FIRST_PERSON as UserId; // seeded
const FRIEND = FIRST_PERSON + 1;

/** What the first person asks of a large database, each call ready to be made again and again. */
export async function openCalls(file: string, now: number) {
  const { call, close } = await logIn(bunExecutor(file), ME, now);
  let count = 0;
  const next = () => {
    count += 1;
    return count;
  };
  const calls = new Map<string, () => Promise<unknown>>([
    ['queryUser, a whole mobile', () => call('/chat/queryUser', { mobile: '13800000077' })],
    ['queryUser, the beginning of a nickname', () => call('/chat/queryUser', { mobile: '茶友77' })],
    ['getUserById', () => call('/chat/getUserById', { destId: FRIEND })],
    ['ready, 20 friends', () => call('/chat/ready', {})],
    ['im/history, the newest 100', () => call('/im/history', { destType: 1, destId: FRIEND, limit: 100 })],
    ['im/sync from the beginning', () => call('/im/sync', { after: 0 })],
    [
      'im/send to a friend',
      () =>
        call('/im/send', {
          msgId: `b${next()}`,
          fromType: 1,
          destId: FRIEND,
          messageType: 2,
          content: '你好',
        }),
    ],
    ['getGroupMember, a large group', () => call('/chat/getGroupMember', { groupId: LARGE_GROUP })],
    ['getFeed', () => call('/feed/getFeed', {})],
    ['getFriendFeed', () => call('/feed/getFriendFeed', { friendId: FRIEND })],
    ['findNearby', () => call('/geo/findNearby', { longitude: 114.06, latitude: 22.54 })],
    ['removeRockMessage', () => call('/geo/removeRockMessage', {})],
    ['getWalletHistory, a page', () => call('/wallet/getWalletHistory', { pageNo: 1 })],
    [
      'sendRedPacket',
      () =>
        call('/chat/sendRedPacket', {
          redPacketCount: 1,
          redPacketAmount: '0.01',
          destType: 1,
          destId: FRIEND,
          redPacketType: 1,
        }),
    ],
  ]);
  return { calls, close };
}
