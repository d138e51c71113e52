import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { soak } from '../../support/soak.ts';

/**
 * Friendship against a model that is too simple to be wrong: three people do random things to one another,
 * and every reply, and what each of them sees at the end, must be what the model says.
 */

const WEEK = 7 * 24 * 3600 * 1000;
const PEOPLE = 3;
type Deed = 'ask' | 'accept' | 'end' | 'block' | 'unblock';
type Step =
  | { readonly deed: Deed; readonly by: number; readonly to: number }
  | { readonly deed: 'open' | 'close'; readonly by: number }
  | { readonly deed: 'wait'; readonly ms: number };

class Model {
  now = 0;
  readonly open = new Set<number>();
  readonly friends = new Set<string>();
  readonly blocks = new Set<string>();
  readonly asked = new Map<string, number>();

  waits(by: number, to: number): boolean {
    const at = this.asked.get(`${by}>${to}`);
    return at !== undefined && this.now - at < WEEK;
  }
  private befriend(a: number, b: number) {
    for (const pair of [`${a}>${b}`, `${b}>${a}`]) {
      this.asked.delete(pair);
      this.friends.add(pair);
    }
    return '2';
  }
  /** The code that the call must answer with. */
  readonly deeds: Record<Deed, (by: number, to: number) => string> = {
    ask: (by, to) => {
      if (by === to || this.blocks.has(`${by}>${to}`) || this.blocks.has(`${to}>${by}`)) return '-1';
      if (this.friends.has(`${by}>${to}`)) return '1';
      if (this.open.has(to) || this.waits(to, by)) return this.befriend(by, to);
      if (!this.waits(by, to)) this.asked.set(`${by}>${to}`, this.now);
      return '1';
    },
    accept: (by, to) => {
      if (!this.waits(to, by)) return '-1';
      this.befriend(by, to);
      return '1';
    },
    end: (by, to) => {
      this.friends.delete(`${by}>${to}`);
      this.friends.delete(`${to}>${by}`);
      return '1';
    },
    block: (by, to) => {
      if (by === to) return '-1';
      this.blocks.add(`${by}>${to}`);
      this.asked.delete(`${by}>${to}`);
      this.asked.delete(`${to}>${by}`);
      return '1';
    },
    unblock: (by, to) => {
      this.blocks.delete(`${by}>${to}`);
      return '1';
    },
  };
}

const calls: Record<Deed, (by: Person, to: Person) => ReturnType<Person['call']>> = {
  ask: (by, to) => by.call('/chat/requestFriend', { destId: to.id, destType: 1 }),
  accept: (by, to) => by.call('/chat/acceptRequest', { destId: to.id, destType: 1 }),
  end: (by, to) => by.call('/chat/delFriend', { destId: to.id }),
  block: (by, to) => by.call('/chat/setBlock', { blockId: to.id }),
  unblock: (by, to) => by.call('/chat/removeBlack', { destId: to.id }),
};

async function take(step: Step, model: Model, app: TestApp, people: readonly Person[]) {
  if (step.deed === 'wait') {
    model.now += step.ms;
    app.clock.advance(step.ms);
    return;
  }
  const by = people[step.by];
  if (!by) throw new Error('nobody');
  if (!('to' in step)) {
    if (step.deed === 'open') model.open.add(step.by);
    else model.open.delete(step.by);
    const needAuth = step.deed === 'open' ? 0 : 1;
    await by.call('/chat/updatePrivateSetting', { needAuth, newNotification: 0, searchMobile: 1 });
    return;
  }
  const to = people[step.to];
  if (!to) throw new Error('nobody');
  const { code } = await calls[step.deed](by, to);
  expect(code, JSON.stringify(step)).toBe(model.deeds[step.deed](step.by, step.to));
}

const someone = fc.integer({ min: 0, max: PEOPLE - 1 });
const toSomeone = fc.record({
  deed: fc.constantFrom<Deed>('ask', 'ask', 'ask', 'accept', 'accept', 'end', 'block', 'unblock'),
  by: someone,
  to: someone,
});
const alone = fc.record({ deed: fc.constantFrom<'open' | 'close'>('open', 'close', 'close'), by: someone });
const wait = fc.record({
  deed: fc.constant<'wait'>('wait'),
  ms: fc.constantFrom(1, WEEK / 2, WEEK - 1, WEEK),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: toSomeone },
  { weight: 1, arbitrary: alone },
  { weight: 1, arbitrary: wait },
);

test(
  'three people who do anything in any order see what the rules say',
  async () => {
    const life = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const app = await testApp();
      try {
        const people = [await person(app), await person(app), await person(app)];
        const model = new Model();
        for (const each of steps) await take(each, model, app, people);
        for (const [a, by] of people.entries()) {
          const seen = (await by.call('/chat/ready')).data.friendsInfo.map(({ id }: { id: string }) => id);
          const black = (await by.call('/chat/getBlackList')).data.map(({ id }: { id: string }) => id);
          const ids = (pairs: ReadonlySet<string>) =>
            people.flatMap(({ id }, b) => (pairs.has(`${a}>${b}`) ? [String(id)] : []));
          expect(seen).toEqual(ids(model.friends));
          expect(black).toEqual(ids(model.blocks));
        }
      } finally {
        await app.close();
      }
    });
    // A failure prints its seed and the shortest life that shows it.
    await fc.assert(life, { numRuns: soak(40, 400) });
  },
  soak(60_000, 600_000),
);
