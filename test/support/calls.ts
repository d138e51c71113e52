import { signing } from './signing.ts';
import { vendors } from './vendors.ts';

/** Calls of the product's own code that suites make in both of its homes (`homes.ts`). */
export const calls = { ...signing, ...vendors };

const byName: Readonly<Record<string, (...args: never[]) => unknown>> = calls;

/** Makes a call; arguments and answer are JSON. Throws what it throws. */
export async function answerCall(name: string, args: string): Promise<string> {
  const call = Object.hasOwn(byName, name) ? byName[name] : undefined;
  if (!call) throw new Error(`There is no call ${name}.`);
  const given: never[] = JSON.parse(args); // typed where the call is made
  return JSON.stringify((await call(...given)) ?? null);
}
