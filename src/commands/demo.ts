import { REPORTED } from '../../db/schema/reports.ts';
import { findAccounts } from '../features/accounts/find.ts';
import type { Server } from '../homes/bun/server.ts';
import { DEMO_PASSWORD } from '../homes/demo.ts';
import { md5Of } from '../http/params.ts';
import { hasOperators } from '../operations/operators/find.ts';
import { add } from '../operations/operators/operations.ts';
import { runOperation } from '../operations/run.ts';
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

/** What people leave for operators: an identity to confirm, a withdrawal to pay, a complaint to look at. */
async function fillQueues(demo: Demo): Promise<void> {
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
