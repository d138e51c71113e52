import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_URL, ownerOf, toAdminHost } from './support/admin-host.ts';
import {
  call,
  freshMobile,
  newPerson,
  type OtherServer,
  PASSWORD_MD5,
  type Person,
} from './support/client.ts';
import { startProduction } from './support/production.ts';
import { isAddress, type Target } from './support/target.ts';

const target = process.env['TARGET'] ?? 'bun';

describe.skipIf(isAddress(target))('an operator', () => {
  let server: Target & OtherServer;
  let cookie: string;
  let li: Person;
  beforeAll(async () => {
    server = await startProduction(target, { ADMIN_URL });
    cookie = await ownerOf(server);
    li = await newPerson('李雷', server);
  }, 180_000);
  afterAll(() => server?.stop());

  const operate = async (path: string, given: object) => {
    const { status, body } = await toAdminHost(server, path, given, { cookie, origin: ADMIN_URL });
    expect([path, status, body.message]).toEqual([path, 200, undefined]);
    return body;
  };
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
});
