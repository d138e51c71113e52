import { answerCall, calls } from './calls.ts';
import { startWorker } from './miniflare.ts';

/** A call from outside: what it takes and answers is JSON on the way. */
type Outside<Call> = Call extends (...args: infer Args) => infer Answer
  ? (...args: Args) => Promise<Awaited<Answer>>
  : never;
type Calls = { readonly [Name in keyof typeof calls]: Outside<(typeof calls)[Name]> };

/** Where the product runs, and what it answers there. */
export interface Home {
  readonly calls: Calls;
  stop(): Promise<unknown>;
}

function home(answer: typeof answerCall, stop: Home['stop']): Home {
  const made = Object.keys(calls).map((name) => [
    name,
    async (...args: readonly unknown[]): Promise<unknown> =>
      JSON.parse(await answer(name, JSON.stringify(args))),
  ]);
  return { calls: Object.fromEntries(made) as Calls, stop }; // each passes on to the call of its name
}

async function inWorkerd(): Promise<Home> {
  const { url, stop } = await startWorker(new URL('./calls-worker.ts', import.meta.url).pathname);
  return home(async (name, args) => {
    const response = await fetch(`${url}/${name}`, { method: 'POST', body: args });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text;
  }, stop);
}

/** Both homes, for `describe.each`: this process, and the same code inside the real workerd. */
export const homes = [
  ['on Bun', async () => home(answerCall, async () => {})],
  ['in workerd', inWorkerd],
] as const;
