import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { file, form, MULTIPART } from '../support/forms.ts';
import { type PaymentProviders, startPaymentProviders } from '../support/payment-providers.ts';
import { picture } from '../support/pictures.ts';
import { ADMIN_URL, ownerOf, toAdminHost } from './support/admin-host.ts';
import {
  befriend,
  call,
  freshMobile,
  newPerson,
  type OtherServer,
  PASSWORD_MD5,
  type Params,
  type Person,
  replyOf,
  send,
} from './support/client.ts';
import { freshIdNumber } from './support/id-number.ts';
import { PUBLIC_URL, startProduction } from './support/production.ts';
import { Listener, until } from './support/socket.ts';
import { isAddress, type Target } from './support/target.ts';

const CARD = '6217000000000000103';

const target = process.env['TARGET'] ?? 'bun';

/** What an operator does in a week, by API and shell; money between people is in `corrections.test.ts`. */
describe.skipIf(isAddress(target))('an operator', () => {
  let server: Target & OtherServer;
  let providers: PaymentProviders;
  let cookie: string;
  let li: Person;
  beforeAll(async () => {
    providers = await startPaymentProviders(PUBLIC_URL);
    server = await startProduction(target, { ADMIN_URL, ...providers.settings });
    cookie = await ownerOf(server);
    li = await newPerson('李雷', server);
  }, 180_000);
  afterAll(async () => {
    await server?.stop();
    await providers?.stop();
  });

  const operate = async (path: string, given: object) => {
    const { status, body } = await toAdminHost(server, path, given, { cookie, origin: ADMIN_URL });
    expect([path, status, body.message]).toEqual([path, 200, undefined]);
    return body;
  };
  /** What a command prints. */
  const shell = async (...args: string[]) => (await server.teahouse?.('admin', ...args)) ?? '';
  const audited = async (subject: string, number: number | string) =>
    (await operate('audit/list', { subject, number: String(number) })).rows.map(
      ({ operation }: { operation: string }) => operation,
    );
  /** Sends a file to the operators' host. */
  const upload = (bytes: Uint8Array, name: string): Promise<{ key: string; url: string; bytes: number }> =>
    new Promise((resolve, reject) => {
      const sent = request(
        `${server.url}/admin/api/uploads?name=${name}`,
        {
          method: 'POST',
          headers: {
            host: new URL(ADMIN_URL).host,
            origin: ADMIN_URL,
            cookie,
            'content-type': 'application/octet-stream',
            'content-length': bytes.length,
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () => resolve(JSON.parse(text)));
        },
      );
      sent.on('error', reject);
      sent.end(bytes);
    });

  test('publishes a release from a file, which apps then find', async () => {
    const bytes = new TextEncoder().encode('no archive, but a file');
    const taken = await upload(bytes, 'app-4.0.apk');
    expect(taken).toMatchObject({ key: expect.stringMatching(/\.apk$/), bytes: bytes.length });
    const notes = '**4.0**\n<script>alert(1)</script>';
    await operate('releases/publish', { platform: 'android', version: '4.0', upload: taken.key, notes });
    const { data } = await call('/getVersion', { device: 1, curversion: '3.9' }, { url: server.url });
    expect(data).toMatchObject({
      versions: '4.0',
      file: `upload/${taken.key}`,
      fileSize: String(bytes.length),
    });
    expect(data.content).not.toContain('<script');
    const file = await fetch(`${server.url}/upload/${taken.key}`);
    expect([file.status, await file.text()]).toEqual([200, 'no archive, but a file']);
    const audit = await operate('audit/list', { subject: 'file', number: taken.key });
    expect(audit.rows).toMatchObject([{ by: 'li', operation: 'uploads.add' }]);
  }, 60_000);

  test('asks another for the change of a lost mobile', async () => {
    const mobile = freshMobile();
    const code = await server.codeFor(mobile);
    await operate('mobiles/request', { user: li.id, mobile, code, reason: 'the contract was shown' });
    const own = await toAdminHost(
      server,
      'mobiles/approve',
      { user: li.id, reason: 'x' },
      { cookie, origin: ADMIN_URL },
    );
    expect([own.status, own.body.message]).toEqual([409, expect.stringContaining('somebody else approves')]);
    const second = await ownerOf(server, 'wang');
    const approved = await toAdminHost(
      server,
      'mobiles/approve',
      { user: li.id, reason: 'seen it, too' },
      { cookie: second, origin: ADMIN_URL },
    );
    expect(approved).toMatchObject({
      status: 200,
      body: { done: true, proof: 'two operators', askedBy: 'li' },
    });
    expect((await li.call('/chat/ready')).code).toBe('601');
    const login = { mobie: mobile, pwd: PASSWORD_MD5, device: 1 };
    expect((await call('/chat/doLogin', login, { url: server.url })).code).toBe('1');
  }, 60_000);

  test('reviews identities, and undoes what was a mistake', async () => {
    const [idNo, wei] = [freshIdNumber(), await newPerson('王维', server)];
    const validateNum = await server.codeFor(wei.mobile);
    const claim = { name: '王维', idNo, mobile: wei.mobile, validateNum };
    expect((await wei.call('/chat/updateAuth', claim)).code).toBe('1');
    expect(await shell('queues', 'list')).toMatch(/identity\s+1/);
    const listed = await shell('identity', 'list');
    expect(listed).toContain(String(wei.id));
    expect(listed).not.toContain(idNo);
    expect(await operate('identity/show', { user: wei.id, reason: 'review' })).toMatchObject({
      idNumber: idNo,
    });
    expect(await shell('identity', 'approve', String(wei.id))).toContain('Done.');
    await operate('identity/undo', { user: wei.id, reason: 'the wrong person' });
    expect(await audited('user', wei.id)).toEqual(['identity.undo', 'identity.approve', 'identity.show']);
  }, 120_000);

  test('works off a complaint, and takes its picture down', async () => {
    const zhao = await newPerson('赵', server);
    const bytes = await picture('jpeg', 80, 60);
    const headers = { 'content-type': MULTIPART, authorization: `Bearer ${zhao.token}` };
    const uploaded = await send(
      '/chat/uploadImage',
      { method: 'POST', headers, body: form(file(bytes)) },
      server.url,
    );
    const url: string = (await replyOf('/chat/uploadImage', uploaded)).data.fileSize;
    const told = { destId: zhao.id, destType: 0, imgs: url, msg: '卖假证' };
    const bo = await newPerson('波', server);
    expect((await bo.call('/chat/report', told)).code).toBe('1');
    const { rows } = await operate('queues/items', { queue: 'reports' });
    const [{ item }] = rows;
    expect(await shell('queues', 'assign', 'reports', item)).toContain('Done.');
    await operate('queues/note', { queue: 'reports', item, note: '像是诈骗' });
    expect(await shell('reports', 'list')).toContain('卖假证');
    const path = new URL(url).pathname;
    expect((await fetch(server.url + path)).status).toBe(200);
    await operate('files/remove', { file: url, reason: `complaint ${item}` });
    expect((await fetch(server.url + path)).status).toBe(410);
    expect(await shell('reports', 'close', item)).toContain('Done.');
    expect((await operate('queues/items', { queue: 'reports' })).total).toBe(0);
  }, 120_000);

  test('pays withdrawals, and gives back what could not be paid', async () => {
    const han = await newPerson('韩梅', server);
    await operate('corrections/credit', { user: han.id, yuan: '90.00', reason: 'goodwill' });
    const validateNum = await server.codeFor(han.mobile);
    expect((await han.call('/pay/setPayPwd', { pwd: '135790', validateNum })).code).toBe('1');
    expect((await han.call('/wallet/bindingCard', { cardNo: CARD })).code).toBe('1');
    for (const amount of ['10.00', '20.00', '30.00'])
      expect((await han.call('/wallet/withdraw', { amount, payPwd: '135790' })).code).toBe('1');
    const { rows } = await operate('payouts/list', {});
    const [first, second, third] = rows.map(({ payout }: { payout: number }) => String(payout));
    expect(await shell('payouts', 'settle', first, '--reason', 'bank run of Monday')).toContain('Done.');
    await operate('payouts/return', { payout: second, reason: 'no such account' });
    const answer = `付款编号,金额,结果\n${third},30.00,成功\n`;
    expect(await operate('payouts/import', { file: answer })).toMatchObject({ done: true, count: 1 });
    expect((await operate('payouts/list', {})).total).toBe(0);
    expect((await han.call('/wallet/getBalance')).data).toBe('50.00');
  }, 120_000);

  test('sees to a payment of no order, and refunds it', async () => {
    const payer = await newPerson('付', server);
    const order = { amount: '12.34', body: '', subject: '茶馆充值', type: 'alipay', orderType: 0 };
    const made = await payer.call('/wallet/createRechargeOrder', order);
    await providers.open(made.data.orderString);
    const trade = await providers.pay(made.data.outTradeNo);
    const again = await providers.payAgain(made.data.outTradeNo);
    for (const each of [trade, again]) {
      const notice = await providers.notice(each);
      const path = notice.url.slice(PUBLIC_URL.length);
      const body = await notice.text();
      const got = await send(path, { method: notice.method, headers: notice.headers, body }, server.url);
      expect(got.status).toBeLessThan(300);
    }
    expect((await operate('strays/list', {})).rows).toMatchObject([
      { tradeNumber: again.tradeNo, yuan: '12.34' },
    ]);
    expect(await shell('refunds', 'payment', again.tradeNo)).toContain('nobody');
    const done = await operate('refunds/refund', { payment: again.tradeNo, reason: 'paid twice' });
    expect(done).toMatchObject({ done: true, yuan: '12.34' });
    await until('the refund to go back', async () => {
      await server.runJobs?.();
      return providers.refunds().some(({ tradeNo }) => tradeNo === again.tradeNo);
    });
    expect((await payer.call('/wallet/getBalance')).data).toBe('12.34');
  }, 120_000);

  test('finds out why somebody cannot log in, unlocks them, bans another, and lifts it', async () => {
    const lin = await newPerson('林', server);
    const login = (pwd: string) =>
      call('/chat/doLogin', { mobie: lin.mobile, pwd, device: 1 }, { url: server.url });
    for (let i = 0; i < 6; i++) await login('0'.repeat(32));
    expect((await login(PASSWORD_MD5)).code).not.toBe('1');
    expect(await shell('users', 'find', lin.mobile)).toContain(String(lin.id));
    const { locks } = await operate('users/show', { user: lin.id });
    expect(locks).toMatchObject([{ what: expect.stringContaining('login') }]);
    expect(await shell('users', 'unlock', String(lin.id), '--reason', 'called, ticket 9')).toContain('Done.');
    expect((await login(PASSWORD_MD5)).code).toBe('1');
    const { events } = await operate('users/login-events', { user: lin.id, reason: 'ticket 9' });
    expect(events.map(({ result }: { result: string }) => result)).toContain('wrong password');
    const [{ address }] = events;
    expect(await shell('addresses', 'login-events', address, '--reason', 'ticket 9')).toContain(
      String(lin.id),
    );
    await operate('users/ban', { user: lin.id, reason: 'spam' });
    expect((await login(PASSWORD_MD5)).code).not.toBe('1');
    expect(await shell('users', 'lift', String(lin.id), '--reason', 'a mistake')).toContain('Done.');
    expect((await login(PASSWORD_MD5)).code).toBe('1');
    expect((await audited('user', lin.id)).slice(0, 3)).toEqual([
      'users.lift',
      'users.ban',
      'users.login-events',
    ]);
  }, 120_000);

  test('sets prices, withholds a number, and sees who set what', async () => {
    expect(await shell('levels', 'set', '1', '--price', '18.00')).toContain('Done.');
    await operate('gifts/add', { gift: 'panda', name: '熊猫', price: '2.00' });
    await operate('gifts/set', { gift: 'panda', price: '3.00' });
    const { rows } = await operate('number-types/list', {});
    const { type } = rows[0] ?? (await operate('number-types/add', { name: '8A', price: '188.00' }));
    await operate('numbers/add', { type, number: '88886666' });
    expect(await shell('numbers', 'withhold', '88886666')).toContain('Done.');
    expect(await shell('catalogue', 'history', 'gift', 'panda')).toMatch(/3\.00/);
    expect((await operate('catalogue/history', { subject: 'level', item: '1' })).total).toBeGreaterThan(0);
  }, 120_000);

  test('announces to all, to one, and stops what was wrong', async () => {
    const preview = await operate('announcements/preview', { to: 'all', text: '今晚维护' });
    expect(preview.reach ?? preview.people).toBeGreaterThan(0);
    const sent = await operate('announcements/send', { to: 'all', text: '今晚维护', reason: 'maintenance' });
    expect(await shell('announcements', 'list')).toContain('今晚维护');
    expect(await shell('announcements', 'stop', String(sent.on), '--reason', 'wrong date')).toContain(
      'Done.',
    );
    await operate('notices/send', { user: li.id, text: '您的申诉已通过', reason: 'appeal 12' });
  }, 60_000);

  test('takes down what somebody complains about, mutes its author, and all hear of it', async () => {
    const bad = '出售假证';
    const [author, reader] = [await newPerson('陈四', server), await newPerson('周五', server)];
    await befriend(author, reader);
    const group = (await author.call('/chat/createGroup', { name: '茶友', ids: String(reader.id) })).data.id;
    const bytes = await picture('jpeg', 32, 24);
    const take = async (who: Person) => {
      const headers = { 'content-type': MULTIPART, authorization: `Bearer ${who.token}` };
      const init = { method: 'POST', headers, body: form(file(bytes)), keepalive: false };
      return replyOf('/chat/uploadImage', await send('/chat/uploadImage', init, server.url));
    };
    const images = String((await take(author)).data.fileSize);
    const fetched = async () => (await send(new URL(images).pathname, undefined, server.url)).status;
    expect(await fetched()).toBe(200);
    const { feedId } = (await author.call('/feed/addFeed', { text: bad, images, priv: 0 })).data;
    const message = { msgId: `bad-${author.id}`, fromType: 2, destId: group, messageType: 2, content: bad };
    expect((await author.call('/im/send', message)).code).toBe('1');
    const open = await new Listener(reader, server.url).connect();
    const complain = async (named: Params) => {
      const { code, data } = await reader.call('/chat/report', { destId: author.id, destType: 0, ...named });
      expect(code).toBe('1');
      return Number(data.info.id);
    };
    const report = await complain({ feedId, category: 'fraud' });
    const other = await complain({ msgId: message.msgId });
    const reason = '出售违禁品';

    await operate('takedowns/moment', { moment: feedId, report, reason });
    const sent = { sender: author.id, message: message.msgId, report: other, reason };
    await operate('takedowns/message', sent);
    await operate('users/mute', { user: author.id, until: '2099-01-01', reason });

    const { status, evidence } = {
      status: await fetched(),
      ...(await operate('reports/show', { report, reason })),
    };
    expect(status).toBe(410);
    expect(JSON.parse(evidence).text).toBe(bad);
    expect(await take(reader)).toMatchObject({ code: '-1', data: { reason: 'FILE_TAKEN_DOWN' } });
    await until('the recall', () => open.contents(32).includes(message.msgId));
    await until('the outcome', () => open.contents().some((text) => text.includes('已被移除')));
    open.drop();
    const told = JSON.stringify((await author.call('/im/sync', { after: 0 })).data.list);
    for (const kind of ['contentRemoved', 'muted']) expect(told).toContain(kind);
    const waiting = JSON.stringify((await reader.call('/im/sync', { after: 0 })).data.list);
    expect(waiting).toContain(message.msgId);
    expect(waiting).not.toContain(bad);
    const next = await author.call('/im/send', { ...message, msgId: `next-${author.id}` });
    expect(next).toMatchObject({ data: { reason: 'MUTED', hint: expect.stringContaining(reason) } });
    const login = { mobie: author.mobile, pwd: PASSWORD_MD5, device: 2 };
    const { data } = await call('/chat/doLogin', login, { url: server.url });
    expect(data.steps).toHaveLength(3);
    expect((await operate('reports/reported', {})).total).toBe(0);
  }, 60_000);

  test('changes a program’s token, and its old one ends at once', async () => {
    const added = await operate('tokens/add', { token: 'bank', role: 'finance', scopes: ['payouts.*'] });
    const asProgram = (secret: string) =>
      toAdminHost(server, 'payouts/list', {}, { authorization: `Bearer ${secret}` });
    expect((await asProgram(added.secret)).status).toBe(200);
    expect(await shell('tokens', 'revoke', 'bank')).toContain('Done.');
    expect((await asProgram(added.secret)).status).toBe(401);
    const next = await operate('tokens/add', { token: 'bank', role: 'finance', scopes: ['payouts.*'] });
    expect((await asProgram(next.secret)).status).toBe(200);
  }, 60_000);

  test('sees how the day was, and that books and audit are whole', async () => {
    const { rows } = await operate('figures/list', {});
    expect(rows.at(-1) ?? rows[0]).toMatchObject({ day: expect.any(String) });
    expect((await operate('ledger/accounts', {})).rows.length).toBeGreaterThan(3);
    expect(await operate('ledger/reconcile', {})).toMatchObject({ standing: 'balances', findings: [] });
    expect(await shell('ledger', 'checks')).toContain('balances');
    expect(await operate('audit/verify', {})).toMatchObject({ holds: true, faults: [] });
  }, 60_000);
});
