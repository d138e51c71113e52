import { expect } from 'vitest';
import { createLog } from '../../../src/core/log.ts';
import type { Challenge, Verdict } from '../../../src/platform/challenge/challenge.ts';
import { PASSWORD, type Params, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';

const MOBILE = '15768709546';
const HOME = '10.1.1.1';
const SHOWN = { challenge: 'turnstile', siteKey: 'site-1' };

let verdict: Verdict = 'passed';
let asked: string[] = [];
const lines: string[] = [];
const log = createLog((line) => lines.push(line), Date.now);
const challenge: Challenge = {
  shown: SHOWN,
  async verify(proof, address) {
    asked.push(`${proof} ${address}`);
    return verdict;
  },
};
const test = appTest({ platform: { challenge, log } }).extend(
  'order',
  ({ app }) =>
    (params: Params = {}, from = HOME) => {
      app.clock.advance(31_000);
      return app.call('/chat/getValidateNum', { mobile: MOBILE, ...params }, { from });
    },
);
test.beforeEach(() => {
  verdict = 'passed';
  asked = [];
  lines.length = 0;
});

const needed = { code: '-1', data: { info: '请先完成人机验证', reason: 'CHALLENGE_NEEDED', ...SHOWN } };

test('a stranger needs a proof, and hears what to show for it', async ({ app, order }) => {
  expect(await order()).toMatchObject(needed);
  expect(await app.sql('SELECT * FROM sms_sends')).toEqual([]);
  expect((await order({ challenge: 'proof-1' })).code).toBe('1');
  expect(asked).toEqual(['proof-1 10.1.1.1']);
});

test('a proof that fails sends nothing', async ({ app, order }) => {
  verdict = 'failed';
  const failed = {
    code: '-1',
    data: { info: '人机验证未通过，请重试', reason: 'CHALLENGE_FAILED', ...SHOWN },
  };
  expect(await order({ challenge: 'proof-1' })).toMatchObject(failed);
  expect(await app.sql('SELECT * FROM sms_sends')).toEqual([]);
});

test('the next code of that number from there needs none, from elsewhere it does', async ({ order }) => {
  await order({ challenge: 'proof-1' });
  expect((await order()).code).toBe('1');
  expect(await order({}, '10.2.2.2')).toMatchObject(needed);
  expect(await order({ mobile: '15768709547' })).toMatchObject(needed);
});

test('a device or an address that the account knows needs none', async ({ app, order }) => {
  const { data } = await order({ challenge: 'proof-1' });
  await app.call('/chat/register', { mobile: MOBILE, pwd: PASSWORD, validateNum: data.info }, { from: HOME });
  await app.call('/chat/doLogin', { mobie: MOBILE, pwd: PASSWORD, device: 1, UUID: 'phone' }, { from: HOME });
  app.clock.advance(48 * 3600 * 1000);
  expect((await order()).code).toBe('1');
  expect((await order({ UUID: 'phone' }, '10.2.2.2')).code).toBe('1');
  app.clock.advance(3600 * 1000);
  expect(await order({ UUID: 'other' }, '10.3.3.3')).toMatchObject(needed);
});

test('while the vendor is away codes go out, and the log says so', async ({ order }) => {
  verdict = 'unavailable';
  expect((await order({ challenge: 'proof-1' })).code).toBe('1');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'error', event: 'challenge unavailable', provider: 'turnstile' },
  ]);
  expect(lines.join()).not.toContain('proof-1');
});

test('where nobody is named for it nobody is asked', async () => {
  const free = await testApp();
  expect((await free.call('/chat/getValidateNum', { mobile: MOBILE })).code).toBe('1');
  await free.close();
});
