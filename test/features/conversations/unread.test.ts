import { expect } from 'vitest';
import { numberMessages } from '../../../src/features/conversations/number-messages.ts';
import type { Person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { groupOf } from '../../support/groups.ts';
import { chosenSeed, seeded } from '../../support/seeded.ts';

/** A message as the model knows it. */
interface Said {
  readonly msgId: string;
  readonly from: Person;
  at: number;
  isGone: boolean;
  isDeleted: boolean;
}

/** A conversation as it should be: who has read how many of what was said. */
class Model {
  readonly said: Said[] = [];
  readonly read = new Map<Person, number>();
  readonly name: string;
  readonly members: readonly Person[];
  readonly placeOf: (me: Person) => { destType: 1 | 2; destId: number };

  constructor(name: string, members: readonly Person[], placeOf: Model['placeOf']) {
    this.name = name;
    this.members = members;
    this.placeOf = placeOf;
  }

  see(me: Person, count: number) {
    this.read.set(me, Math.max(this.read.get(me) ?? 0, count));
  }

  unread(me: Person) {
    return this.said.slice(this.read.get(me) ?? 0).filter(({ from, isGone }) => from !== me && !isGone)
      .length;
  }
}

const test = appTest();

test('unread counts are those of a count, whatever is said, read, recalled and deleted, numbered or not', async ({
  app,
  li,
  wang,
  zhao,
}) => {
  const group = await groupOf(li, wang, zhao);
  app.clock.advance(1);
  const models = [
    new Model(`1:${li.id}:${wang.id}`, [li, wang], (me) => ({
      destType: 1,
      destId: me === li ? wang.id : li.id,
    })),
    new Model(`2:${group}`, [li, wang, zhao], () => ({ destType: 2, destId: group })),
  ];
  const random = seeded(chosenSeed());
  const pick = <Item>(items: readonly Item[]) => (items.length > 0 ? random.pick(items) : undefined);
  const change = (sql: string, ...params: (string | number)[]) =>
    app.executor.write([{ sql, params, kind: 'change' }]);
  let count = 0;
  const send = async (me: Person, model: Model, messageType: number, content: string) => {
    const { destType: fromType, destId } = model.placeOf(me);
    const msgId = `m${++count}`;
    const { code } = await me.call('/im/send', { msgId, fromType, destId, messageType, content });
    return { msgId, code };
  };
  const remove = async (model: Model, some: readonly Said[]) => {
    const names = JSON.stringify(some.map(({ msgId }) => msgId));
    await change('DELETE FROM messages WHERE msg_id IN (SELECT value FROM json_each(?))', names);
    for (const said of some) said.isGone = said.isDeleted = true;
    expect(model.said.length).toBeGreaterThan(0);
  };
  const acts: ((me: Person, model: Model) => Promise<unknown>)[] = [
    ...Array.from({ length: 6 }, () => async (me: Person, model: Model) => {
      const { msgId, code } = await send(me, model, 2, '喝茶？');
      expect(code).toBe('1');
      model.said.push({ msgId, from: me, at: app.clock.now(), isGone: false, isDeleted: false });
      model.see(me, model.said.length);
    }),
    async (me, model) => {
      await send(me, model, 33, '');
      const last = model.said.findLastIndex(({ from, isDeleted }) => from !== me && !isDeleted);
      model.see(me, last + 1);
    },
    async (me, model) => {
      const said = pick(model.said.filter(({ from, isDeleted }) => from !== me && !isDeleted));
      if (!said) return;
      await send(me, model, 33, said.msgId);
      model.see(me, model.said.indexOf(said) + 1);
    },
    async (me, model) => {
      const said = pick(model.said.filter(({ from, isGone }) => from === me && !isGone));
      if (!said) return;
      const { code } = await send(me, model, 32, said.msgId);
      if (code === '1') said.isGone = true;
    },
    async (_, model) => {
      const left = model.said.filter(({ isDeleted }) => !isDeleted);
      if (left.length > 12) await remove(model, left.slice(0, 5));
    },
    async (me, model) => {
      const some = model.said.filter(({ from, isDeleted }) => from !== me && !isDeleted);
      const said = pick(some.slice(1, -1));
      if (said && random.below(3) === 0 && model.said.length - model.said.indexOf(said) > 3)
        await remove(model, [said]);
    },
    async () => app.clock.advance(random.below(60_000)),
  ];
  const compare = async (when: string) => {
    for (const me of [li, wang, zhao]) {
      const { list } = (await me.call('/im/conversations')).data;
      for (const model of models.filter(({ members }) => members.includes(me))) {
        const { destType, destId } = model.placeOf(me);
        const row = list.find(
          (each: Record<string, string>) => each.destType === `${destType}` && each.destId === `${destId}`,
        );
        const last = model.said.findLast(({ isDeleted }) => !isDeleted);
        expect(row?.last.msgId, `${when}: SEED=${random.seed}`).toBe(last?.msgId);
        if (row)
          expect(Number(row.unread), `${when}, ${model.name}: SEED=${random.seed}`).toBe(model.unread(me));
      }
    }
  };
  const play = async (rounds: number, when: string) => {
    for (let i = 0; i < rounds; i++) {
      const model = pick(models) as Model;
      await pick(acts)?.(pick(model.members) as Person, model);
      if (i % 5 === 4) await compare(`${when} ${i}`);
    }
    await compare(`${when}, at the end`);
  };
  await play(60, 'numbered');
  // As a database that an earlier version has filled.
  await change('UPDATE messages SET number = NULL, answers = NULL');
  await change('UPDATE group_members SET spoke_id = 0');
  await change('DELETE FROM message_gaps');
  await play(25, 'not numbered');
  expect(await numberMessages(app.platform)).toBeGreaterThan(0);
  expect(await app.sql('SELECT 1 FROM messages WHERE number IS NULL')).toEqual([]);
  await play(25, 'numbered later');
});
