import { endpoint } from '../http/endpoint.ts';
import { integer, optional, orElse } from '../http/params.ts';
import * as wire from '../http/wire.ts';
import { acknowledge } from './cursors.ts';
import { messageShape, messageView } from './message.ts';
import { sync } from './sync.ts';

const MAX_SEQ = Number.MAX_SAFE_INTEGER;

export const imSync = endpoint({
  path: '/im/sync',
  ours: true,
  title: '拉取消息',
  summary:
    'My events after a place in my sequence, oldest first; waits for the first one up to `wait` seconds.',
  params: {
    after: optional(integer('从该序号之后开始，默认为本类设备已确认的序号', 0, MAX_SEQ)),
    limit: orElse(integer('最多条数，默认 100', 1, 500), 100),
    wait: orElse(integer('没有消息时最多等待的秒数', 0, 25), 0),
  },
  data: wire.object({
    list: wire.list(wire.object({ seq: wire.count('消息序号'), ...messageShape })),
    seq: wire.count('下次请求的 after'),
    more: wire.flag('是否还有消息'),
  }),
  handler: async (context, { after, limit, wait }) => {
    const { rows, seq, more } = await sync(context, { after, limit, waitMs: wait * 1000 });
    return { list: rows.map((row) => ({ seq: row.seq, ...messageView(row) })), seq, more };
  },
});

export const imAck = endpoint({
  path: '/im/ack',
  ours: true,
  title: '确认消息',
  summary: 'Says that this kind of device has taken everything up to `seq`.',
  params: { seq: integer('已收到的最大消息序号', 0, MAX_SEQ) },
  data: wire.info('确认成功'),
  handler: async ({ caller, db, clock }, { seq }) => {
    await db.write(...acknowledge([{ userId: caller.userId, device: caller.device, seq }], clock.now()));
    return { info: '确认成功' };
  },
});
