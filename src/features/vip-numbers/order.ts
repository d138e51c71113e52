import type { OrderId, UserId } from '../../core/ids.ts';
import { parseMobile } from '../../core/text/mobile.ts';
import { refuse, refuseParameter } from '../../http/failure.ts';
import type { PasswordMd5 } from '../../http/params.ts';
import type { OpenContext } from '../../realtime/context.ts';
import { appPayment, type Order } from '../orders/create.ts';
import { nextCheckAt } from '../orders/next-check.ts';
import { newOutTradeNo } from '../orders/orders.ts';
import { hashPassword } from '../sessions/password.ts';
import { claimCode, codeValues, countWrongCode, looksRight } from '../sms-codes/claim.ts';
import {
  findObstacles,
  letGoEarlier,
  noteNetworks,
  orderFor,
  refuseObstacles,
  rememberOrder,
  reservationValues,
  reserve,
} from './reserve.ts';

/** How long a number is reserved (docs/decisions.md#vip-numbers). */
const RESERVED_MS = 10 * 60_000;

export interface NumberOrder extends Order {
  readonly number: string;
  readonly mobile: string;
  readonly password: PasswordMd5 | undefined;
  readonly code: string | undefined;
  readonly name: string;
  readonly headUrl: string;
}

/** What every order has, whoever buys. */
function orderValues(context: OpenContext, { amount, provider, subject, body, number }: NumberOrder) {
  const now = context.clock.now();
  return {
    amount,
    provider,
    subject,
    body,
    number,
    now,
    order: context.ids.next<OrderId>(),
    outTradeNo: newOutTradeNo(context.clock, context.random),
    expiresAt: now + RESERVED_MS,
    nextCheckAt: nextCheckAt(now, 0),
    ...reservationValues(context.networks),
  };
}

/** A user buys for their own account. */
async function orderAsUser(context: OpenContext, me: UserId, wanted: NumberOrder) {
  const nobody = { mobile: null, passwordHash: '', name: '', headUrl: '' };
  const values = { ...orderValues(context, wanted), ...nobody, me, buyer: `user:${me}` };
  refuseObstacles((await context.db.read(findObstacles(values)))[0], false);
  const orderString = await appPayment(context, wanted.provider, values);
  const reply = { orderString, outTradeNo: values.outTradeNo };
  const { ordered } = await context.db.write({
    ordered: orderFor.user(values),
    reserve: reserve(values),
    letGoEarlier: letGoEarlier(values),
    reply: context.remember(reply, rememberOrder, values),
  });
  if (ordered === 0) {
    refuseObstacles((await context.db.read(findObstacles(values)))[0], false);
    refuse('NUMBER_RESERVED');
  }
  return reply;
}

/** What somebody who registers by buying must give, each with a text of its own. */
function newcomerOf({ name, mobile, password, code }: NumberOrder) {
  if (!name) refuse('NO_NAME');
  if (!mobile) refuse('NO_MOBILE');
  if (password === undefined) refuse('NO_PASSWORD');
  if (code === undefined) refuse('WRONG_CODE');
  return { name, password, code, mobile: parseMobile(mobile)?.mobile ?? refuseParameter('mobile') };
}

/**
 * Somebody registers by buying. The account is made when the order is paid; the code proves the number now, and
 * is used up also where the number turns out to be registered, as when registering.
 */
async function orderAsNewcomer(context: OpenContext, wanted: NumberOrder) {
  const { mobile, name, password, code } = newcomerOf(wanted);
  const base = orderValues(context, wanted);
  const claim = codeValues(context, mobile, code);
  const plain = { ...base, ...claim, me: null, buyer: `mobile:${mobile}` };
  const {
    guess: [guess],
    found: [found],
  } = await context.db.read({ guess: looksRight(claim), found: findObstacles(plain) });
  if (guess?.right !== 1) {
    await context.db.write({ countWrongCode: countWrongCode(claim) });
    refuse('WRONG_CODE');
  }
  if (found?.registered) {
    await context.db.write(claimCode(claim));
    refuse('MOBILE_TAKEN');
  }
  refuseObstacles(found, true);
  const orderString = await appPayment(context, wanted.provider, base);
  const values = {
    ...plain,
    passwordHash: await hashPassword(password, context),
    name,
    headUrl: wanted.headUrl,
  };
  const { claimed, ordered } = await context.db.write({
    claimed: claimCode(values),
    counted: countWrongCode(values),
    ordered: orderFor.newcomer(values),
    reserve: reserve(values),
    noteNetworks: noteNetworks(values),
    letGoEarlier: letGoEarlier(values),
  });
  if (claimed === 0) refuse('WRONG_CODE');
  if (ordered === 0) {
    const [after] = await context.db.read(findObstacles(values));
    if (after?.registered) refuse('MOBILE_TAKEN');
    refuseObstacles(after, true);
    refuse('NUMBER_RESERVED');
  }
  return { orderString, outTradeNo: base.outTradeNo };
}

/**
 * Orders a number at the price of the database and reserves it for ten minutes (listing 153). One reservation
 * lives per user, or per mobile of a newcomer: an earlier unpaid one of the same buyer is let go.
 * @returns the reply; refuses the endpoint's reasons
 */
export function orderNumber(context: OpenContext, wanted: NumberOrder) {
  if (!wanted.number) refuse('NO_SUCH_NUMBER');
  const caller = context.callerIfAny;
  return caller ? orderAsUser(context, caller.userId, wanted) : orderAsNewcomer(context, wanted);
}
