import { groups, JOIN } from '../../../db/schema/groups.ts';
import { yuan } from '../../core/fen.ts';
import * as wire from '../../http/wire.ts';

/** What replies show of a group. */
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
  fee: groups.fee,
  lowerFee: groups.lowerFee,
  feeSince: groups.feeSince,
  level: groups.level,
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
  readonly fee: number;
  readonly lowerFee: number;
  readonly feeSince: number;
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

/** Fen that joining costs at a moment; the same in SQL: `feeInForce`. */
const feeAt = (row: GroupRow, now: number) => {
  if (row.joinMode !== JOIN.paid) return 0;
  return row.feeSince > now ? row.lowerFee : row.fee;
};

/**
 * A group on the wire, as it is at a moment. The join answer goes to the owner and admins alone
 * (docs/decisions.md#who-sees-what).
 */
export const groupView = (row: GroupRow, seesAnswer: boolean, now: number) => ({
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
  level: row.levelExpiresAt > now ? row.level : 0,
  expire: row.levelExpiresAt,
  fee: yuan(feeAt(row, now)),
  robot: row.robot,
  welcome: row.welcome,
  isset: row.welcome === '' ? 0 : 1,
});
