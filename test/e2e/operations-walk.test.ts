import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { optionName } from '../../src/commands/admin/call.ts';
import { emptiness } from '../../src/commands/admin/show.ts';
import { workThrough } from '../../src/core/work-through.ts';
import { rolesOf } from '../../src/operations/describe.ts';
import { isAudited, type Operation } from '../../src/operations/operation.ts';
import { isForPeople } from '../../src/operations/operators/scopes.ts';
import { metaOf } from '../../src/operations/params.ts';
import { operations } from '../../src/operations.ts';
import { nobodys } from '../support/nobodys.ts';
import {
  ADMIN_URL,
  type AdminAnswer,
  type Caller,
  callersOf,
  invitationIn,
  letIn,
  ownerOf,
  toAdminHost,
} from './support/admin-host.ts';
import { newPerson, type OtherServer } from './support/client.ts';
import { startProduction } from './support/production.ts';
import { isAddress, type Target } from './support/target.ts';

const target = process.env['TARGET'] ?? 'bun';
const subjects = [...new Set(operations.map(({ name }) => name.split('.')[0] ?? ''))];
const programs = subjects.filter((subject) => !isForPeople(`${subject}.x`)).map((subject) => `${subject}.*`);
/** Calls that are under way at once. */
const CALLS = 16;

/** An answer that says that something was done. */
const DONE: Pick<AdminAnswer, 'status' | 'cookie' | 'headers'> = { status: 200, cookie: '', headers: {} };

interface Answered {
  readonly operation: Operation;
  readonly caller: Caller;
  readonly answer: AdminAnswer;
}

describe.skipIf(isAddress(target))('every operation', () => {
  let server: Target & OtherServer;
  let folder: string;
  let asOwner: Readonly<Record<string, string>>;
  let answers: readonly Answered[];
  let heads: { readonly before: number; readonly refused: number; readonly after: number };

  const call = ({ name }: Operation, given: object, headers: Readonly<Record<string, string>>) =>
    toAdminHost(server, name.replace('.', '/'), given, headers);
  /** How many acts the audit tells of. */
  const head = async (): Promise<number> => (await toAdminHost(server, 'audit/list', {}, asOwner)).body.total;

  const mayDo = ({ role, isProgram }: Caller, operation: Operation) =>
    role !== undefined && rolesOf(operation).includes(role) && !(isProgram && isForPeople(operation.name));

  async function walk(pairs: readonly Omit<Answered, 'answer'>[]): Promise<Answered[]> {
    const found: Answered[] = [];
    await workThrough(pairs, CALLS, async ({ operation, caller }) => {
      const answer = await call(operation, nobodys(operation), caller.headers);
      found.push({ operation, caller, answer });
    });
    return found;
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'teahouse-walk-'));
    server = await startProduction(target, { ADMIN_URL });
    asOwner = { cookie: await ownerOf(server), origin: ADMIN_URL };
    const { token } = await newPerson('茶客', server);
    const callers: readonly Caller[] = [
      ...(await callersOf(server, asOwner['cookie'] ?? '', programs)),
      { name: 'nobody', headers: {} },
      { name: 'a user', headers: { authorization: `Bearer ${token}` } },
      {
        name: 'a user’s token as a session',
        headers: { cookie: `__Host-teahouse-operator=${token}`, origin: ADMIN_URL },
      },
    ];
    const pairs = operations.flatMap((operation) => callers.map((caller) => ({ operation, caller })));
    const before = await head();
    const refused = await walk(pairs.filter(({ operation, caller }) => !mayDo(caller, operation)));
    const between = await head();
    const allowed = await walk(pairs.filter(({ operation, caller }) => mayDo(caller, operation)));
    heads = { before, refused: between, after: await head() };
    answers = [...refused, ...allowed];
  }, 180_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** How many acts an answer says were done, or seals opened. */
  const rowsOf = ({
    operation,
    answer: { status, body },
  }: Pick<Answered, 'operation' | 'answer'>): number => {
    if (status !== 200 || !isAudited(operation)) return 0;
    return operation.kind === 'many' ? body.count : 1;
  };

  test.each(operations.map((operation) => [operation.name, operation] as const))(
    '%s is for its roles over the API, and for nobody else',
    (_, operation) => {
      const own = answers.filter((each) => each.operation === operation);
      expect(own).toHaveLength(13);
      for (const { caller, answer } of own) {
        const outcome = [answer.status, answer.body.error];
        if (caller.role === undefined) expect(outcome, caller.name).toEqual([401, 'NOT_LOGGED_IN']);
        else if (!mayDo(caller, operation)) expect(outcome, caller.name).toEqual([403, 'NOT_ALLOWED']);
        else expect([200, 409], `${caller.name} ${outcome}`).toContain(answer.status);
      }
    },
  );

  test('leaves a row in the audit for each act that was done, and none where it was refused', () => {
    expect(heads.refused).toBe(heads.before);
    const done = answers.reduce((sum, answered) => sum + rowsOf(answered), 0);
    expect(heads.after - heads.refused).toBe(done);
  });

  /** How a shell says what the API is given. */
  function argumentsOf(operation: Operation): string[] {
    const given = nobodys(operation);
    const textOf = (name: string) => {
      const codec = operation.params[name];
      if (!codec || metaOf(codec).asks !== 'file') return String(given[name]);
      const path = join(folder, `${operation.name}.csv`);
      writeFileSync(path, String(given[name]));
      return path;
    };
    const operands = (operation.operands ?? []).filter((name) => name in given);
    const options = Object.keys(given).filter((name) => !operands.includes(name));
    return [
      ...operation.name.split('.'),
      ...operands.map(textOf),
      ...options.flatMap((name) => [`--${optionName(name)}`, textOf(name)]),
      '--json',
    ];
  }

  /** What a command says that does as much as this call, or is refused as it is. */
  const asOver = ({ operation, answer }: Pick<Answered, 'operation' | 'answer'>) => {
    const isDone = answer.status === 200;
    const why = isDone ? emptiness(operation, JSON.stringify(answer.body)) : answer.body.message;
    return [operation.name, why ? 1 : 0, expect.stringContaining(why ?? '{')];
  };

  test('is done from a shell as over the API, and refused there in the same words, with no row', async () => {
    const before = await head();
    const over = await workThrough([...operations], CALLS, async (operation) => ({
      operation,
      answer: await call(operation, nobodys(operation), asOwner),
    }));
    const between = await head();
    expect(between - before).toBe(over.reduce((sum, answered) => sum + rowsOf(answered), 0));
    const commands = await server.shells?.(operations.map(argumentsOf));
    const said = operations.map(({ name }, i) => [name, commands?.[i]?.code, commands?.[i]?.output]);
    expect(said).toEqual(over.map(asOver));
    const done = operations.reduce((sum, operation, i) => {
      const { code, output = '' } = commands?.[i] ?? {};
      return sum + (code === 0 ? rowsOf({ operation, answer: { ...DONE, body: JSON.parse(output) } }) : 0);
    }, 0);
    expect((await head()) - between).toBe(done);
  }, 120_000);

  test('of each kind is done by the program itself', async () => {
    const kinds = Map.groupBy(operations, ({ kind }) => kind);
    const chosen = [...kinds.values()].flatMap((of) => of.slice(0, 1));
    for (const operation of chosen) {
      const answer = await call(operation, nobodys(operation), asOwner);
      const { code, output } = (await server.shell?.('admin', ...argumentsOf(operation))) ?? {};
      expect([operation.name, code, output]).toEqual(asOver({ operation, answer }));
    }
  }, 60_000);

  test.skipIf(target === 'bun' || target === 'binary')(
    'that says who is an operator is done with the address of the database alone',
    async () => {
      const laptop = async (...args: string[]) =>
        (await server.laptop?.('admin', 'operators', ...args)) ?? { code: -1, output: '' };
      const added = await laptop('add', 'wang', '--role', 'support');
      expect(added).toMatchObject({
        code: 0,
        output: expect.stringContaining(`${ADMIN_URL}/admin/invitation`),
      });
      const asWang = { cookie: await letIn(server, invitationIn(added.output)), origin: ADMIN_URL };
      const may = async () => (await toAdminHost(server, 'payouts/hold', { payout: 1 }, asWang)).status;
      expect(await may()).toBe(403);
      expect(await laptop('role', 'wang', 'finance')).toMatchObject({ code: 0 });
      expect(await may()).toBe(409);
      expect(await laptop('role', 'wang', 'finance')).toMatchObject({ code: 1 });
      expect(await laptop('remove', 'wang')).toMatchObject({ code: 0 });
      expect(await may()).toBe(401);
      const audit = await toAdminHost(server, 'audit/list', {}, asOwner);
      const told = audit.body.rows.slice(0, 4).map(({ operation }: { operation: string }) => operation);
      expect(told.filter((name: string) => name.startsWith('operators.'))).toContain('operators.remove');
      expect((await toAdminHost(server, 'audit/verify', {}, asOwner)).body).toMatchObject({ holds: true });
    },
    60_000,
  );
});
