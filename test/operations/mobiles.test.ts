import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { md5Of } from '../../src/http/params.ts';
import { runJobs } from '../../src/jobs.ts';
import { verifyAudit } from '../../src/operations/audit/verify.ts';
import { type Person, person, type TestApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { type Meeting, meeting } from '../support/barrier.ts';
import { freshDatabase } from '../support/database.ts';
import { smsCodeOf } from '../support/money.ts';
import { operate, operatedApp } from '../support/operate.ts';

const ID = '11010519491231002X';
const NEW = '+8613900008801';
const DAY = 24 * 3600_000;

let app: TestApp;
let met: Meeting;
let li: Person;
let notices: string[];
beforeEach(async () => {
  met = meeting((await freshDatabase()).executor);
  notices = [];
  app = await operatedApp({
    executor: met.executor,
    platform: {
      sms: {
        showsCode: true,
        sendCode: async () => undefined,
        sendNotice: async (mobile) => {
          notices.push(mobile);
          return undefined;
        },
      },
    },
  });
  li = await person(app, '李雷');
});
afterEach(async () => {
  const { db, keys } = app.platform;
  expect((await verifyAudit(db, keys.audit, app.clock.now())).faults).toEqual([]);
  const kept = JSON.stringify(await app.sql('SELECT before, after FROM audit_details'));
  for (const secret of [NEW, NEW.slice(3), li.mobile, ID, '12310', 'code'])
    expect(kept).not.toContain(secret);
  await app.close();
});

const support = (name: string, given: object = {}) =>
  operate(app, 'support', name, { user: li.id, ...given });
const why = { reason: 'lost the phone' };
async function confirm(who = li, idNo = ID) {
  await who.call('/chat/updateAuth', {
    name: '李雷雷',
    idNo,
    mobile: who.mobile,
    validateNum: await smsCodeOf(app, who),
  });
  expect((await operate(app, 'moderator', 'identity.approve', { user: who.id })).status).toBe(200);
}
const codeFor = async (mobile = NEW) => {
  app.clock.advance(31_000);
  const { status, body } = await support('mobiles.send-code', { mobile });
  expect([status, body.message]).toEqual([200, undefined]);
  return body.code as string;
};
const changeBy = (code: string, more: object = {}) =>
  support('mobiles.change', { mobile: NEW, code, idEnd: '31002x', ...why, ...more });
const mobileOf = async (who = li) => (await app.sql('SELECT mobile FROM users WHERE id = ?', who.id))[0]?.[0];
const written = async () => (await app.sql('SELECT operation FROM audit ORDER BY id')).map(([name]) => name);

describe('a lost mobile', () => {
  test('is changed by a code to the new one and the end of the ID number', async () => {
    await confirm();
    const old = li.mobile;
    const code = await codeFor();
    const { status, body } = await changeBy(code);
    expect([status, body]).toMatchObject([200, { done: true, on: li.id, mobile: '+86139****8801' }]);
    expect(await mobileOf()).toBe(NEW);
    // Every session has ended; the password is what it was, and the new number the name.
    expect((await li.call('/chat/ready')).code).toBe('601');
    const login = { UUID: 'u', device: 1, mobie: NEW };
    const back = await app.call('/chat/doLogin', { ...login, pwd: md5Of('secret1') });
    expect(back.code).toBe('1');
    // Little leaves the wallet for a day, and both numbers and the account have been told.
    expect(
      await app.sql('SELECT limited_until, frozen_at FROM wallet_holds WHERE user_id = ?', li.id),
    ).toEqual([[app.clock.now() + DAY, null]]);
    expect(notices).toEqual([old, NEW]);
    const events = await app.sql(
      "SELECT content FROM inbox WHERE user_id = ? AND content LIKE '%mobileChanged%'",
      li.id,
    );
    expect(events).toHaveLength(1);
    expect(await written()).toEqual(['identity.approve', 'mobiles.send-code', 'mobiles.change']);
    // Whoever gets the old number from the carrier registers with it.
    const validateNum = (await app.call('/chat/getValidateNum', { mobile: old })).data.info;
    const registered = await app.call('/chat/register', {
      name: 'x',
      mobile: old,
      pwd: '123456',
      validateNum,
    });
    expect(registered.code).toBe('1');
  });

  test('is not changed by a wrong code or end, and the code is used up by a wrong end', async () => {
    await confirm();
    const code = await codeFor();
    const wrong = String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');
    expect((await changeBy(wrong)).body.message).toMatch(/^The code is wrong/);
    expect((await changeBy(code, { idEnd: '310021' })).body.message).toMatch(/^That is not the end/);
    expect((await changeBy(code)).body.message).toMatch(/^The code is wrong/);
    expect((await changeBy(await codeFor())).body.message).toMatch(/^Too many wrong ends/);
    expect(await mobileOf()).toBe(li.mobile);
    expect(await written()).not.toContain('mobiles.change');
    app.clock.advance(16 * 60_000);
    expect((await changeBy(await codeFor())).status).toBe(200);
  });

  test('is not changed by an operator who has looked at the ID number, nor where there is none', async () => {
    const without = await changeBy(await codeFor());
    expect([without.status, without.body.message]).toEqual([
      409,
      expect.stringContaining('no confirmed ID number'),
    ]);
    await confirm();
    await operate(app, 'support', 'identity.show', { user: li.id, reason: 'r' });
    expect((await changeBy(await codeFor())).body.message).toMatch(/^You have looked at that ID number/);
    app.clock.advance(91 * DAY);
    expect((await changeBy(await codeFor())).status).toBe(200);
  });

  test('is never another account’s, also where that registers meanwhile', async () => {
    const wang = await person(app, 'wang');
    const taken = await support('mobiles.send-code', { mobile: wang.mobile });
    expect(taken.body.message).toBe('Another account has that number.');
    expect((await support('mobiles.send-code', { mobile: li.mobile })).body.message).toMatch(
      /that number already/,
    );
    await confirm();
    const code = await codeFor();
    met.hold(2);
    const [changed, registered] = await Promise.all([
      changeBy(code),
      // The tries at the end are counted by a write of their own, which is held, too.
      app.call('/chat/register', { name: 'x', mobile: NEW, pwd: '123456', validateNum: code }),
    ]);
    const owners = await app.sql('SELECT id FROM users WHERE mobile = ?', NEW);
    expect(owners).toHaveLength(1);
    expect([changed.status === 200, registered.code === '1'].filter(Boolean)).toHaveLength(1);
    expect(owners[0]?.[0] === li.id).toBe(changed.status === 200);
  });

  test('gets no more codes than numbers get', async () => {
    await codeFor();
    const { status, body } = await support('mobiles.send-code', { mobile: NEW });
    expect([status, body.message]).toEqual([409, expect.stringContaining('wait half a minute')]);
    for (let i = 0; i < 2; i += 1) await codeFor();
    app.clock.advance(31_000);
    expect((await support('mobiles.send-code', { mobile: NEW })).body.message).toMatch(/all codes .* hour/);
  });

  test.each([
    ['mobiles.send-code', { mobile: '12' }, 'mobile'],
    ['mobiles.change', { mobile: NEW, code: 'x', idEnd: '31002X', ...why }, 'code'],
    ['mobiles.change', { mobile: NEW, code: '123456', idEnd: '1002X', ...why }, 'idEnd'],
    ['mobiles.change', { mobile: NEW, code: '123456', idEnd: '31002X' }, 'reason'],
    ['mobiles.request', { mobile: NEW, code: '123456' }, 'reason'],
  ])('takes nothing that is none: %s %#', async (name, given, member) => {
    const { status, body } = await support(name, given);
    expect([status, body.member]).toEqual([400, member]);
    expect(await written()).toEqual([]);
  });
});

describe('two operators', () => {
  const ask = async () => support('mobiles.request', { mobile: NEW, code: await codeFor(), ...why });
  const approve = (as = 'owner') =>
    operate(app, as, 'mobiles.approve', { user: li.id, reason: 'seen the contract' });

  test('change it where there is no ID number, and nobody is their own second', async () => {
    expect((await ask()).status).toBe(200);
    expect(await mobileOf()).toBe(li.mobile);
    const { rows, total } = (await operate(app, 'support', 'mobiles.list')).body;
    expect([total, rows[0]]).toMatchObject([
      1,
      { user: li.id, to: '+86139****8801', by: 'the support', reason: 'lost the phone' },
    ]);
    expect((await approve('support')).body.message).toMatch(/^You have asked for it yourself/);
    expect((await approve()).body).toMatchObject({
      done: true,
      mobile: '+86139****8801',
      askedBy: 'the support',
    });
    expect(await mobileOf()).toBe(NEW);
    expect((await li.call('/chat/ready')).code).toBe('601');
    expect(notices).toEqual([li.mobile, NEW]);
    expect((await approve()).body.message).toBe(`No change for user ${li.id} waits.`);
    expect(await app.sql('SELECT * FROM mobile_requests')).toEqual([]);
    expect(await written()).toEqual(['mobiles.send-code', 'mobiles.request', 'mobiles.approve']);
  });

  test('approve once, however many at once', async () => {
    await ask();
    met.hold(2);
    const both = await Promise.all([approve(), approve()]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(
      await app.sql("SELECT count(*) FROM inbox WHERE user_id = ? AND content LIKE '%mobileChanged%'", li.id),
    ).toEqual([[1]]);
  });

  test('do not change it once somebody has the number, or a day has passed, or one has rejected it', async () => {
    await ask();
    await operate(app, 'owner', 'mobiles.reject', { user: li.id, reason: 'no contract' });
    expect((await approve()).status).toBe(409);
    app.clock.advance(3600_000);
    await ask();
    expect((await ask()).body.message).toBe(`A change for user ${li.id} waits already.`);
    await app.executor.write([
      change(
        "INSERT INTO users (mobile, password_hash, name, nick_name, created_at, updated_at) VALUES (?, '', 'x', 'x', 1, 1)",
        NEW,
      ),
    ]);
    expect((await approve()).body.message).toBe('Another account has that number.');
    expect(await mobileOf()).toBe(li.mobile);
    app.clock.advance(DAY);
    expect((await approve()).body.message).toBe(`No change for user ${li.id} waits.`);
    await runJobs(app.platform);
    expect(await app.sql('SELECT * FROM mobile_requests')).toEqual([]);
  });
});
