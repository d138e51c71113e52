import { expect } from 'vitest';
import { type Params, type Person, person, type TestApp } from './app.ts';
import { PAY_PASSWORD, withPayPassword } from './money.ts';

/** Somebody with a pay password and so much money. */
export async function payer(app: TestApp, yuan: string, name?: string): Promise<Person> {
  const who = await person(app, name);
  await withPayPassword(app, who);
  if (Number(yuan) > 0) expect((await who.call('/wallet/recharge', { amount: yuan })).code).toBe('1');
  return who;
}

export const balance = async (who: Person): Promise<string> => (await who.call('/wallet/getBalance')).data;
export const balances = (...people: Person[]): Promise<string[]> => Promise.all(people.map(balance));

/** Bills without the recharges that made somebody rich, newest first. */
export const billsOf = async (who: Person) =>
  (await who.call('/wallet/getWalletHistory')).data
    .filter(({ moneyType }: { moneyType: string }) => moneyType !== '1')
    .map(({ moneyType, moneyDirect, amount, destType, destId, content }: Record<string, string>) => ({
      moneyType,
      moneyDirect,
      amount,
      destType,
      destId,
      content,
    }));

/** Sends money that waits; answers the whole reply. */
export const transfer = (from: Person, to: Person, amount: string, params: Params = {}) =>
  from.call('/transfer/createTransfer', { destId: to.id, amount, payPwd: PAY_PASSWORD, ...params });

export const confirm = (who: Person, transId: string) => who.call('/transfer/confirmTransfer', { transId });

export const pay = (from: Person, to: Person, amount: string, params: Params = {}) =>
  from.call('/transfer/postPayment', { destId: to.id, amount, payPwd: PAY_PASSWORD, ...params });

export const key = (text: string) => ({ headers: { 'idempotency-key': text } });

export const startBill = (
  who: Person,
  dest: Person | number,
  totalAmount: string,
  counts: number,
  params: Params = {},
) =>
  who.call('/transfer/aaTrans', {
    destType: typeof dest === 'number' ? 1 : 0,
    destId: typeof dest === 'number' ? dest : dest.id,
    totalAmount,
    counts,
    ...params,
  });

export const payShare = (who: Person, organiser: Person, amount: string, params: Params = {}) =>
  who.call('/transfer/aaTransPay', { destId: organiser.id, amount, payPwd: PAY_PASSWORD, ...params });
