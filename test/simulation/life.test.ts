import { expect, test } from 'vitest';
import { chosenSeed, seeded } from '../support/seeded.ts';
import { soak } from '../support/soak.ts';
import { live } from './life.ts';

/** SIMULATION_LIVES makes it longer, SEED repeats the first of its lives. */
const LIVES = Number(process.env['SIMULATION_LIVES'] || soak(3, 30));

/** Lives that may follow until every money call has succeeded once. */
const MORE_LIVES = 30;

/** Money calls that a run must have seen succeed, or it would prove nothing of them. */
const MUST_SUCCEED = [
  '/wallet/recharge',
  '/wallet/withdraw',
  '/transfer/postPayment',
  '/transfer/createTransfer',
  '/transfer/confirmTransfer',
  '/chat/sendRedPacket',
  '/chat/openRedPacket',
  '/transfer/aaTrans',
  '/transfer/aaTransPay',
  '/chat/payForGroupLevel',
  '/chat/payForGroupExt',
  '/chat/payForGroupJoin',
  '/feed/sendFeedGift',
];

test(
  'whatever many people do, in any order and twice, the books balance after every step',
  async () => {
    const first = chosenSeed();
    console.error(`simulation: SEED=${first}, ${LIVES} lives`);
    const succeeded = new Set<string>();
    const unseen = () => MUST_SUCCEED.filter((path) => !succeeded.has(path));
    for (let i = 0; i < LIVES || (i < LIVES + MORE_LIVES && unseen().length > 0); i += 1) {
      const seed = (first + i) >>> 0;
      try {
        for (const path of await live(seeded(seed))) succeeded.add(path);
      } catch (error) {
        throw new Error(`The life of SEED=${seed} fails: ${error instanceof Error ? error.message : error}`, {
          cause: error,
        });
      }
    }
    expect(unseen()).toEqual([]);
  },
  60_000 + (LIVES + MORE_LIVES) * 20_000,
);
