import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fen } from '../../src/core/fen.ts';
import type { UserId } from '../../src/core/ids.ts';
import { crediting } from '../../src/features/corrections/wallets.ts';
import { type Act, manyActs, type Operation, operation } from '../../src/operations/operation.ts';
import { runOperation } from '../../src/operations/run.ts';
import { operations } from '../../src/operations.ts';
import type { Platform } from '../../src/realtime/context.ts';
import { type Person, person, type TestApp } from '../support/app.ts';
import { expectBalancedBooks } from '../support/money.ts';
import { operatedApp } from '../support/operate.ts';

let app: TestApp;
let li: Person;
beforeEach(async () => {
  app = await operatedApp();
  li = await person(app);
});
afterEach(async () => {
  await expectBalancedBooks(app);
  await app.close();
});

const balance = async () => (await li.call('/wallet/getBalance')).data;
const written = async () => (await app.sql('SELECT operation FROM audit')).flat();

describe('money that moves by the word of one operator', () => {
  const actor = { kind: 'shell', user: 'x' } as const;
  const gift = (home: Platform, user: UserId): Act => ({
    on: user,
    batch: crediting(home, { user, fen: fen(1), note: '' }, 'adjustments'),
    marks: ['opened'],
    whyNot: async () => 'no',
  });
  const shared = { name: 'users.thank', roles: ['finance'], subject: 'user', about: '', params: {} } as const;
  const thank = operation({ ...shared, run: async (home) => gift(home, li.id as UserId) });
  const thankAll = manyActs({
    ...shared,
    run: async (home) => [{ line: {}, act: gift(home, li.id as UserId) }],
  });

  test.each([
    ['an act', thank],
    ['one of many acts', thankAll],
  ])(
    'moves by nothing that does not say so, whatever its parameters are called: %s',
    async (_, undeclared) => {
      const run = (given: Operation) =>
        runOperation(app.platform, given, { actor, requestId: 'r', given: {} }).catch(
          ({ message }) => message,
        );
      expect(await run(undeclared)).toBe("users.thank moves money by one operator's word.");
      expect([await balance(), await written()]).toEqual(['0.00', []]);
      await run({ ...undeclared, movedBy: 'its owner' });
      expect(await balance()).toBe('0.01');
    },
  );

  test('wants a second one, and these are all the others', () => {
    const declared = (by: string | undefined) =>
      operations.flatMap((each) => ('movedBy' in each && each.movedBy === by ? [each.name] : []));
    expect(declared('its owner')).toEqual([
      'payouts.bounced',
      'payouts.import',
      'payouts.return',
      'payouts.settle',
      'refunds.return',
      'refunds.settle',
    ]);
    expect(declared('two operators')).toEqual(['approvals.approve']);
  });
});

test('every operation that takes an amount, or wants two eyes, is dangerous and asks for a reason', async () => {
  const { actor, requestId } = { actor: { kind: 'shell', user: 'x' } as const, requestId: 'r' };
  for (const operation of operations) {
    const takesAmount = Object.values(operation.params).some((codec) => {
      const [example] = (codec.meta()?.['examples'] ?? []) as readonly unknown[];
      return example === '12.34';
    });
    if (operation.kind === 'act' && operation.danger && takesAmount)
      expect([operation.name, operation.twoEyes]).toEqual([operation.name, true]);
    if (operation.kind !== 'act' || !operation.twoEyes) continue;
    expect([operation.name, operation.danger, operation.needsReason]).toEqual([operation.name, true, true]);
    // One that is of no person is refused before it can say how much it is.
    const given = { user: 7, to: 8, yuan: '1', reason: 'r', transfer: 7, packet: 7, payment: '7' };
    const own = Object.fromEntries(
      Object.entries(given).filter(([name]) => name === 'reason' || name in operation.params),
    );
    await expect(
      runOperation(app.platform, operation, { actor, requestId, given: own }),
      operation.name,
    ).rejects.toThrow(/^There is no |^The wallet|^No payment /);
  }
});
