import { createDb } from '../../src/platform/database/db.ts';
import type { Platform } from '../../src/realtime/context.ts';
import type { TestApp } from './app.ts';

/** A process beside the application, which dies at one of its steps. */
export interface Mortal {
  /** Its database, its provider of payouts and the refunds of its payment providers count as steps. */
  readonly platform: Platform;
  isDead(): boolean;
}

/** A process that dies at a step, before the step is done or after it, and does nothing any more. */
export function mortal({ platform, executor }: TestApp, at: number, when: 'before' | 'after'): Mortal {
  let steps = 0;
  let isDead = false;
  const died = () => Promise.reject(new Error('Dead.'));
  async function step<Result>(act: () => Promise<Result>): Promise<Result> {
    if (isDead) return died();
    steps += 1;
    if (steps < at) return act();
    isDead = true;
    if (when === 'after') await act();
    return died();
  }
  const db = createDb({
    ...executor,
    read: (statements) => step(() => executor.read(statements)),
    write: (statements) => step(() => executor.write(statements)),
  });
  const payouts: Platform['payouts'] = async (provider) => {
    const gateway = await platform.payouts(provider);
    return (
      gateway && {
        provider,
        transfer: (transfer) => step(() => gateway.transfer(transfer)),
        query: (...question) => step(() => gateway.query(...question)),
      }
    );
  };
  const payments: Platform['payments'] = async (provider) => {
    const gateway = await platform.payments(provider);
    return (
      gateway && {
        ...gateway,
        refund: (refund) => step(() => gateway.refund(refund)),
        queryRefund: (refund) => step(() => gateway.queryRefund(refund)),
      }
    );
  };
  return { platform: { ...platform, db, payouts, payments }, isDead: () => isDead };
}
