import { asc } from 'drizzle-orm';
import { groupLevels } from '../../../db/schema/groups.ts';
import { endpoint } from '../../http/endpoint.ts';
import * as wire from '../../http/wire.ts';
import { yuan } from '../../money/fen.ts';
import { build, prepareRows } from '../../platform/database/query.ts';

const listLevels = prepareRows(build.select().from(groupLevels).orderBy(asc(groupLevels.level)));

export const queryGroupConfig = endpoint({
  no: 55,
  path: '/chat/queryGroupConfig',
  title: '获取群配置信息接口',
  summary: 'What each group level costs and how many seconds it lasts.',
  params: {},
  data: wire.object({
    info: wire.list(
      wire.object({
        lid: wire.id('级别标识'),
        level: wire.count('群组级别'),
        expire: wire.count('有效期，秒'),
        fee: wire.money('费用'),
      }),
    ),
  }),
  invalid: '获取配置信息失败，请稍后重试',
  handler: async (context) => {
    const [levels] = await context.db.read(listLevels());
    return {
      info: levels.map(({ level, seconds, fee }) => ({ lid: level, level, expire: seconds, fee: yuan(fee) })),
    };
  },
});
