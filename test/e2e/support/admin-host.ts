import { request } from 'node:http';
import { Secret, TOTP } from 'otpauth';
import type { Target } from './target.ts';

/** Where a production server of the tests has its operators' side. */
export const ADMIN_URL = 'https://admin.tea.test';
const PASSWORD = 'quiet harbour 71';

export interface AdminAnswer {
  readonly status: number;
  readonly cookie: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  readonly body: any;
}

/** Sends a call to the operators' host of a server, whose address has another name. */
export function toAdminHost(
  { url }: Pick<Target, 'url'>,
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<AdminAnswer> {
  const all = { host: new URL(ADMIN_URL).host, 'content-type': 'application/json', ...headers };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/admin/api/${path}`, { method: 'POST', headers: all }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          cookie: response.headers['set-cookie']?.[0]?.split(';')[0] ?? '',
          headers: response.headers,
          body: JSON.parse(text),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

/** Invites an owner from a shell and lets them in. @returns the cookie of their session */
export async function ownerOf(server: Target, name = 'li'): Promise<string> {
  // A Worker opens its database at its first request.
  await fetch(`${server.url}/readyz`);
  const added = await server.teahouse?.('admin', 'operators', 'add', name, '--role', 'owner');
  const invitation = /code=(\S+)/.exec(added ?? '')?.[1] ?? '';
  const here = { origin: ADMIN_URL };
  const { body } = await toAdminHost(server, 'invitation', { invitation, password: PASSWORD }, here);
  const code = new TOTP({ secret: Secret.fromBase32(body.secret) }).generate();
  return (await toAdminHost(server, 'invitation', { invitation, code }, here)).cookie;
}
