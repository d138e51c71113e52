import { DEST } from '../../db/schema/dest.ts';
import { PACKET_TYPE } from '../../db/schema/red-packets.ts';
import { REPORTED } from '../../db/schema/reports.ts';
import { findAccounts } from '../features/accounts/find.ts';
import type { Server } from '../homes/bun/server.ts';
import { DEMO_PASSWORD } from '../homes/demo.ts';
import { md5Of } from '../http/params.ts';
import { lookForGroups } from '../operations/groups/look.ts';
import { hasOperators } from '../operations/operators/find.ts';
import { add } from '../operations/operators/operations.ts';
import { runOperation } from '../operations/run.ts';
import { FROM, TEXT } from '../realtime/message-types.ts';
import { machineUser } from './admin/machine-user.ts';

/** The operator of a demo. */
const OPERATOR = 'demo';
/** An ID number that can exist. */
const ID_NUMBER = '110101199003070011';
const PAY_PASSWORD = '123456';

type Demo = Pick<Server, 'url' | 'home'>;
type Params = Readonly<Record<string, string | number>>;

/** Sends a call as an app does. @returns its data; throws where it was refused */
async function send(url: string, path: string, params: Params, token = '') {
  const body = new URLSearchParams(
    Object.entries(params).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const response = await fetch(url + path, { method: 'POST', headers, body });
  const { code, data } = (await response.json()) as { code: string; data: Record<string, unknown> };
  if (code !== '1') throw new Error(`The demo could not call ${path}: ${JSON.stringify(data)}`);
  return data;
}

/** A demo person at their phone. @param number the last digit of their mobile */
async function personOf({ url, home }: Demo, number: number) {
  const mobile = `1380000000${number}`;
  const login = await send(url, '/chat/doLogin', { mobie: mobile, pwd: md5Of(DEMO_PASSWORD) });
  const token = String(login['token']);
  const [account] = await findAccounts(home.platform.db, mobile);
  const id = account?.id ?? 0;
  return {
    id,
    mobile,
    call: (path: string, params: Params) => send(url, path, { userId: id, ...params }, token),
    code: async () => String((await send(url, '/chat/getValidateNum', { mobile }))['info']),
  };
}

/** The group of all demo people. */
async function groupOf({ home }: Demo): Promise<number> {
  const { rows } = await lookForGroups(home.platform.db, { text: undefined, user: undefined }, 0);
  return rows[0]?.id ?? 0;
}
const toGroup = (group: number) => ({ fromType: FROM.group, destId: group, messageType: TEXT });

/** What people leave for operators: what they have written and sent, an identity to confirm, a withdrawal to pay, a complaint to look at. */
async function fillQueues(demo: Demo): Promise<void> {
  const group = await groupOf(demo);
  const [lin, wang, chen] = await Promise.all([1, 2, 6].map((number) => personOf(demo, number)));
  if (!lin || !wang || !chen) return;
  await wang.call('/chat/updateAuth', {
    name: '王二',
    idNo: ID_NUMBER,
    mobile: wang.mobile,
    validateNum: await wang.code(),
  });
  await lin.call('/wallet/recharge', { amount: '88.80' });
  await lin.call('/pay/setPayPwd', { pwd: PAY_PASSWORD, validateNum: await lin.code() });
  await lin.call('/wallet/withdraw', { amount: '20.00', payPwd: PAY_PASSWORD });
  await wang.call('/im/send', { ...toGroup(group), msgId: 'demo-1', content: '周六去老茶馆，谁来？' });
  await chen.call('/im/send', { ...toGroup(group), msgId: 'demo-2', content: '低价出售各类证件，加我' });
  await wang.call('/feed/addFeed', { text: '今年的新茶到了', priv: 0 });
  await chen.call('/feed/addFeed', { text: '低价出售各类证件', priv: 0 });
  await lin.call('/chat/sendRedPacket', {
    destType: DEST.group,
    destId: group,
    redPacketType: PACKET_TYPE.random,
    redPacketCount: 3,
    redPacketAmount: '8.88',
    payPwd: PAY_PASSWORD,
  });
  await lin.call('/chat/report', { destId: chen.id, destType: REPORTED.person, msg: '他在群里发广告' });
}

/**
 * Fills an operator's day for a demo that has nobody to work it off yet: things that wait, and an owner.
 * @returns the link of the owner's first login; undefined where somebody is an operator already
 */
export async function demoOperator(demo: Demo): Promise<string | undefined> {
  const { url, home } = demo;
  const { platform } = home;
  if (await hasOperators(platform.db)) return undefined;
  const actor = { kind: 'shell', user: machineUser() } as const;
  const given = { operator: OPERATOR, role: 'owner' };
  const { text } = await runOperation(platform, add, { actor, requestId: 'demo', given });
  await fillQueues(demo);
  const { invitation } = JSON.parse(text) as { invitation: string };
  return `${url}/admin/invitation?code=${invitation}`;
}
