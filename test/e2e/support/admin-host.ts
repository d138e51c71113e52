import { request } from 'node:http';
import { Secret, TOTP } from 'otpauth';
import { ROLES, type Role } from '../../../src/operations/actor.ts';
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

/** Lets somebody in who has this invitation. @returns the cookie of their session */
export async function letIn(server: Target, invitation: string): Promise<string> {
  const here = { origin: ADMIN_URL };
  const { body } = await toAdminHost(server, 'invitation', { invitation, password: PASSWORD }, here);
  const code = new TOTP({ secret: Secret.fromBase32(body.secret) }).generate();
  return (await toAdminHost(server, 'invitation', { invitation, code }, here)).cookie;
}

/** The invitation in what `operators add` prints. */
export const invitationIn = (output: string): string => /code=(\S+)/.exec(output)?.[1] ?? '';

/** Invites an owner from a shell and lets them in. @returns the cookie of their session */
export async function ownerOf(server: Target, name = 'li'): Promise<string> {
  // A Worker opens its database at its first request.
  await fetch(`${server.url}/readyz`);
  const added = await server.teahouse?.('admin', 'operators', 'add', name, '--role', 'owner');
  return letIn(server, invitationIn(added ?? ''));
}

/** Somebody who calls the operators' side. */
export interface Caller {
  readonly name: string;
  /** None for whoever is no operator. */
  readonly role?: Role;
  readonly isProgram?: true;
  readonly headers: Readonly<Record<string, string>>;
}

/** Of each role a person, whom the owner has invited, and a program with a token for all that tokens may be for. */
export async function callersOf(server: Target, owner: string, scopes: readonly string[]): Promise<Caller[]> {
  const asOwner = { cookie: owner, origin: ADMIN_URL };
  const callers = ROLES.map(async (role): Promise<Caller[]> => {
    const wish = { operator: role, role };
    const { body } = await toAdminHost(server, 'operators/add', wish, asOwner);
    const cookie = await letIn(server, body.invitation);
    const token = { token: `program-${role}`, role, scopes };
    const { secret } = (await toAdminHost(server, 'tokens/add', token, asOwner)).body;
    return [
      { name: role, role, headers: { cookie, origin: ADMIN_URL } },
      { name: `program ${role}`, role, isProgram: true, headers: { authorization: `Bearer ${secret}` } },
    ];
  });
  return (await Promise.all(callers)).flat();
}
