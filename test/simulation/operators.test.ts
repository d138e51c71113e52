import { afterAll, describe, expect, test } from 'vitest';
import { everyAdapter } from '../support/adapters.ts';
import { chosenSeed, seeded } from '../support/seeded.ts';
import { soak } from '../support/soak.ts';
import { startSqld } from '../support/sqld.ts';
import { operatorsLive } from './operators.ts';

const sqld = await startSqld();
afterAll(() => sqld?.stop());

/** SIMULATION_LIVES makes it longer, SEED repeats the first of its lives. */
const LIVES = Number(process.env['SIMULATION_LIVES'] || soak(2, 30));
/** Lives that may follow until every act has succeeded once. */
const MORE_LIVES = 15;

/** Acts that a run must have seen succeed, or it would prove nothing of them. */
const MUST_SUCCEED = [
  'corrections.credit',
  'corrections.debit',
  'corrections.seize',
  'corrections.reverse-transfer',
  'corrections.reverse-share',
  'approvals.ask',
  'approvals.approve',
  'approvals.reject',
  'approvals.withdraw',
  'wallets.freeze',
  'wallets.unfreeze',
  'payouts.settle',
  'payouts.return',
  'payouts.bounced',
  'payouts.import',
  'refunds.refund',
  'strays.refunded',
];

test(
  'whatever operators do against each other and beside what people pay, the books balance and the audit holds',
  async () => {
    const first = chosenSeed();
    console.error(`operators: SEED=${first}, ${LIVES} lives`);
    const succeeded = new Set<string>();
    const unseen = () => MUST_SUCCEED.filter((name) => !succeeded.has(name));
    for (let i = 0; i < LIVES || (i < LIVES + MORE_LIVES && unseen().length > 0); i += 1) {
      const seed = (first + i) >>> 0;
      try {
        for (const name of await operatorsLive(seeded(seed))) succeeded.add(name);
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

describe('the same holds of a life', () => {
  const far = everyAdapter(sqld).filter(({ name, available }) => available && name.startsWith('sqld'));
  test.each(far)(
    'on $name',
    async ({ openMigrated, reset }) => {
      await reset();
      const seed = chosenSeed();
      console.error(`operators: SEED=${seed}`);
      await operatorsLive(seeded(seed), { executor: await openMigrated(), batches: soak(6, 30) });
    },
    240_000,
  );
});
