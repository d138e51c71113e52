import { expect } from 'vitest';
import { fen as fenOf } from '../../../src/core/fen.ts';
import { runOperation } from '../../../src/operations/run.ts';
import { operations } from '../../../src/operations.ts';
import { refundTest } from '../../support/refund-test.ts';
import { expectRefundedOnce, ordered, paid, untilEnded } from '../../support/refunds.ts';

const test = refundTest();

test('a refund of more than one operator may give back waits for a second one, and goes once', async ({
  app,
  li,
  providers,
  fen,
}) => {
  const trade = await paid(app, providers, 'alipay', await ordered(li, 'alipay'));
  const home = { ...app.platform, config: { ...app.platform.config, ADMIN_TWO_EYES: fenOf(1000) } };
  const as = async (user: string, name: string, given: Record<string, unknown>) => {
    const operation = operations.find((each) => each.name === name);
    if (!operation) throw new Error(`There is no ${name}.`);
    const wish = { actor: { kind: 'shell', user } as const, requestId: 'r', given };
    return JSON.parse((await runOperation(home, operation, wish)).text);
  };
  const asked = await as('anna', 'refunds.refund', { payment: trade.tradeNo, reason: 'by mail' });
  expect(asked).toMatchObject({ done: false, waits: true, user: li.id, yuan: '12.34' });
  expect(await fen()).toBe(1234);
  const { approval } = asked;
  await expect(as('anna', 'approvals.approve', { approval })).rejects.toThrow('yourself');
  expect(await as('bo', 'approvals.approve', { approval })).toMatchObject({ done: true, askedBy: 'anna' });
  await expect(as('bo', 'approvals.approve', { approval })).rejects.toThrow('approved already');
  expect(await fen()).toBe(0);
  await untilEnded(app);
  await expectRefundedOnce(app, providers);
});
