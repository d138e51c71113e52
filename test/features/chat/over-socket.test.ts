import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { messageIn } from '../../../src/features/chat/client-message.ts';
import { sendFor } from '../../../src/features/chat/over-socket.ts';
import {
  DatabaseUnavailable,
  type Executor,
  OutcomeUnknown,
  WritesPaused,
} from '../../../src/platform/database/executor.ts';
import { type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { freshDatabase } from '../../support/database.ts';
import { befriend } from '../../support/friends.ts';

let app: TestApp;
let li: Person;
let wang: Person;
/** What the database throws from now on. */
let broken: Error | undefined;

beforeEach(async () => {
  broken = undefined;
  const { executor } = await freshDatabase();
  const breaking: Executor = {
    read: (statements) => (broken ? Promise.reject(broken) : executor.read(statements)),
    write: (statements) => (broken ? Promise.reject(broken) : executor.write(statements)),
    script: (statements) => executor.script(statements),
    close: () => executor.close(),
  };
  app = await testApp({ env: { RATE_LIMITS: 'on', RATE_PER_USER: '20' }, executor: breaking });
  li = await person(app, 'li');
  wang = await person(app, 'wang');
});
afterEach(() => app.close());

const message = (changes: Record<string, unknown> = {}) => ({
  msgId: 'm1',
  fromType: 1,
  destId: wang.id,
  messageType: 2,
  content: 'hi',
  ...changes,
});

async function bySocket(said: unknown) {
  const caller = await app.platform.tokens.verify(li.token, app.clock.now());
  if (!caller) throw new Error('Nobody is logged in.');
  const { code, data } = await sendFor(app.platform, caller, messageIn(said));
  return [String(code), data.info];
}
async function byCall(said: Record<string, unknown>) {
  const { code, data } = await li.call('/im/send', said as Record<string, string>);
  return [code, data.info];
}

describe('a socket answers as a call does', () => {
  test('where the message is taken', async () => {
    await befriend(li, wang);
    expect(await bySocket(message())).toEqual(['1', 'm1']);
    expect(await byCall(message())).toEqual(['1', 'm1']);
  });

  test.each([
    ['friends are none', {}, '2'],
    ['the message is none', { messageType: 11 }, '-1'],
    ['the group is not mine', { fromType: 2 }, '4'],
  ])('where %s', async (_, changes, code) => {
    const answer = await bySocket(message(changes));
    expect(answer[0]).toBe(code);
    expect(await byCall(message(changes))).toEqual(answer);
  });

  test('where the session has ended', async () => {
    await app.executor.write([
      { sql: 'UPDATE sessions SET ended_at = 1 WHERE user_id = ?', params: [li.id], kind: 'change' },
    ]);
    const answer = await bySocket(message());
    expect(answer).toEqual(['601', '请重新登录']);
    expect(await byCall(message())).toEqual(answer);
  });

  test('where the user asks too often, whichever way', async () => {
    const answers = [];
    for (let i = 0; i < 11; i += 1) answers.push(await bySocket(message()), await byCall(message()));
    expect(answers.filter(([code]) => code !== '429')).toHaveLength(20);
    expect(answers.slice(20)).toEqual([
      ['429', '操作过于频繁'],
      ['429', '操作过于频繁'],
    ]);
  });

  test.each([
    ['is away', new DatabaseUnavailable('gone'), '服务器繁忙，请稍后重试'],
    ['does not say what it did', new OutcomeUnknown('lost'), '操作结果未知，请稍后核实'],
    ['is backed up', new WritesPaused(), '系统备份中，暂时只能查看，请稍后重试'],
    ['fails', new TypeError('no such thing'), '服务器异常'],
  ])('where the database %s', async (_, error, text) => {
    broken = error;
    const answer = await bySocket(message());
    expect(answer).toEqual(['-1', text]);
    expect(await byCall(message())).toEqual(answer);
  });
});
