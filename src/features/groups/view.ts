import { groups } from '../../../db/schema/groups.ts';
import { yuan } from '../../core/fen.ts';
import * as wire from '../../http/wire.ts';
import { feeNow } from './joining/fee.ts';
import { levelInForce } from './levels/level.ts';

/** What replies show of a group. Value: `now`. */
export const groupColumns = {
  id: groups.id,
  name: groups.name,
  description: groups.description,
  detail: groups.detail,
  headUrl: groups.headUrl,
  ownerId: groups.ownerId,
  joinMode: groups.joinMode,
  question: groups.question,
  answer: groups.answer,
  fee: feeNow,
  level: levelInForce,
  levelExpiresAt: groups.levelExpiresAt,
  robot: groups.robot,
  welcome: groups.welcome,
  createdAt: groups.createdAt,
};

export interface GroupRow {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly detail: string;
  readonly headUrl: string;
  readonly ownerId: number;
  readonly joinMode: number;
  readonly question: string;
  readonly answer: string;
  /** Fen that joining costs now. */
  readonly fee: number;
  /** As it counts now. */
  readonly level: number;
  readonly levelExpiresAt: number;
  readonly robot: number;
  readonly welcome: string;
  readonly createdAt: number;
}

export const groupShape = {
  id: wire.id('群组 id'),
  name: wire.text('群组名称'),
  descriptions: wire.text('描述'),
  detail: wire.text('备注'),
  headUrl: wire.text('头像'),
  creatorId: wire.id('群组创建人 id'),
  createrId: wire.id('群组创建人 id'),
  createTime: wire.time('群组创建时间'),
  joinStatus: wire.count('加群验证 0–6'),
  question: wire.text('加群问题'),
  answer: wire.text('加群问题答案，仅群主和管理员可见'),
  level: wire.count('群等级，到期后为 0'),
  expire: wire.count('到期时间，毫秒时间戳；0 未购买'),
  fee: wire.money('现在加群的费用，非付费方式时为 0.00'),
  robot: wire.flag('开通机器人'),
  welcome: wire.text('欢迎语'),
  isset: wire.flag('是否设置欢迎语'),
};
export const groupReply = wire.named('Group', groupShape);

/**
 * A group on the wire. The join answer goes to the owner and admins alone
 * (docs/decisions.md#who-sees-what).
 */
export const groupView = (row: GroupRow, seesAnswer: boolean) => ({
  id: row.id,
  name: row.name,
  descriptions: row.description,
  detail: row.detail,
  headUrl: row.headUrl,
  creatorId: row.ownerId,
  createrId: row.ownerId,
  createTime: row.createdAt,
  joinStatus: row.joinMode,
  question: row.question,
  answer: seesAnswer ? row.answer : '',
  level: row.level,
  expire: row.levelExpiresAt,
  fee: yuan(row.fee),
  robot: row.robot,
  welcome: row.welcome,
  isset: row.welcome === '' ? 0 : 1,
});
