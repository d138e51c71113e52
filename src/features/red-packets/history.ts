import { sql } from 'drizzle-orm';
import { DEST } from '../../../db/schema/dest.ts';
import {
  PACKET,
  PACKET_TYPE,
  redPacketGuests,
  redPacketShares,
  redPackets,
} from '../../../db/schema/red-packets.ts';
import { users } from '../../../db/schema/users.ts';
import { yuan } from '../../core/fen.ts';
import type { RedPacketId, UserId } from '../../core/ids.ts';
import * as wire from '../../http/wire.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { isMemberOf } from '../../realtime/relations.ts';

const [me, packet] = [p('me'), p('packet')];

/** Sender, addressee, opener, or a member of the group now (docs/decisions.md#who-sees-what). */
const mayLook = sql`(rp.user_id = ${me} OR (rp.dest_type = ${DEST.person} AND rp.dest_id = ${me})
  OR (rp.dest_type = ${DEST.group} AND ${isMemberOf(sql`rp.dest_id`, me)})
  OR EXISTS (SELECT 1 FROM ${redPacketShares} WHERE packet_id = rp.id AND user_id = ${me}))`;

type PacketRow = {
  id: number;
  userId: number;
  type: number;
  count: number;
  amount: number;
  content: string;
  command: string;
  destType: number;
  destId: number;
  status: number;
  sentAt: number;
  finishedAt: number | null;
  name: string;
  headUrl: string;
  guests: string;
};

/** A packet as one who may look at it sees it: `packet`, `me`. */
export const findPacket = prepareRead<{ packet: RedPacketId; me: UserId }, PacketRow>(
  sql`SELECT rp.id, rp.user_id, rp.type, rp.count, rp.amount, rp.content, rp.command, rp.dest_type, rp.dest_id, rp.status,
      rp.sent_at, rp.finished_at, u.name, u.head_url,
      CASE rp.is_addressed WHEN 0 THEN '' ELSE (SELECT json_group_array(user_id) FROM ${redPacketGuests} WHERE packet_id = rp.id) END
    FROM ${redPackets} AS rp JOIN ${users} AS u ON u.id = rp.user_id WHERE rp.id = ${packet} AND ${mayLook}`,
  [
    'id',
    'userId',
    'type',
    'count',
    'amount',
    'content',
    'command',
    'destType',
    'destId',
    'status',
    'sentAt',
    'finishedAt',
    'name',
    'headUrl',
    'guests',
  ],
);

type TakenRow = { userId: number; amount: number; openedAt: number; name: string; headUrl: string };

/** The shares that were taken, the first one first. */
export const listTaken = prepareRead<{ packet: RedPacketId }, TakenRow>(
  sql`SELECT s.user_id, s.amount, s.opened_at, u.name, u.head_url
    FROM ${redPacketShares} AS s JOIN ${users} AS u ON u.id = s.user_id
    WHERE s.packet_id = ${packet} AND s.user_id IS NOT NULL ORDER BY s.position`,
  ['userId', 'amount', 'openedAt', 'name', 'headUrl'],
);

export const historyShape = wire.named('RedPacket', {
  redPacket: wire.object({
    id: wire.id('红包'),
    userId: wire.id('发送人'),
    name: wire.text('发送人名称'),
    headUrl: wire.text('发送人头像'),
    redPacketType: wire.count('1 随机 2 等额 3 口令'),
    redPacketCount: wire.count('个数'),
    redPacketAmount: wire.money('金额；等额红包为每个的金额'),
    redPacketContent: wire.text('留言'),
    command: wire.text('口令'),
    destType: wire.count('1 个人 2 群'),
    destId: wire.id('用户或群'),
    limituser: wire.text('指定的用户，JSON 数组文本'),
    sendTime: wire.time('发送时间'),
    finishTime: wire.time('领完或退回的时间'),
    status: wire.count('1 未领完 2 已领完 3 已退回'),
  }),
  redPacketHistory: wire.list(
    wire.object({
      userId: wire.id('领取人'),
      name: wire.text('名称'),
      headUrl: wire.text('头像'),
      amount: wire.money('金额'),
      createTime: wire.time('领取时间'),
      isBest: wire.flag('1 手气最佳，领完后可见'),
    }),
  ),
  time: wire.count('领完用时，秒；未领完为 -1'),
});

/** The packet and who took what; the best luck once all is taken, the first of equals. */
export function historyView(row: PacketRow, taken: readonly TakenRow[]) {
  const best =
    row.status === PACKET.taken && row.type !== PACKET_TYPE.equal
      ? Math.max(...taken.map(({ amount }) => amount))
      : 0;
  const luckiest = taken.find(({ amount }) => amount === best);
  return {
    redPacket: {
      id: row.id,
      userId: row.userId,
      name: row.name,
      headUrl: row.headUrl,
      redPacketType: row.type,
      redPacketCount: row.count,
      redPacketAmount: yuan(row.amount),
      redPacketContent: row.content,
      command: row.command,
      destType: row.destType,
      destId: row.destId,
      limituser: row.guests,
      sendTime: row.sentAt,
      finishTime: row.finishedAt,
      status: row.status,
    },
    redPacketHistory: taken.map((each) => ({
      userId: each.userId,
      name: each.name,
      headUrl: each.headUrl,
      amount: yuan(each.amount),
      createTime: each.openedAt,
      isBest: each === luckiest ? 1 : 0,
    })),
    time:
      row.status === PACKET.taken && row.finishedAt !== null
        ? Math.floor((row.finishedAt - row.sentAt) / 1000)
        : -1,
  };
}
