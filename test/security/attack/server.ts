import { createHash } from 'node:crypto';

/** The server under attack. */
export interface Server {
  readonly url: string;
  readonly socketIoUrl: string | undefined;
  /** Started by the suite, which may then fill it and play any address. */
  readonly isOwn: boolean;
}

export type Params = Readonly<Record<string, string | number>>;

export interface Reply {
  readonly status: number;
  readonly code: string;
  /** `data` of the envelope, as text where it is one, else as JSON text. */
  readonly text: string;
  field(name: string): string;
}

/** Somebody with a session. */
export interface Person {
  readonly id: string;
  readonly mobile: string;
  readonly token: string;
  readonly address: string;
  call(path: string, params?: Params): Promise<Reply>;
  /** Headers under which this person calls. */
  readonly headers: Readonly<Record<string, string>>;
}

export const PASSWORD = 'teahouse-attack';
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Reads an envelope; of any other answer the code is empty. */
export async function replyOf(response: Response): Promise<Reply> {
  const body = await response.text();
  let envelope: unknown;
  try {
    envelope = JSON.parse(body);
  } catch {
    envelope = undefined;
  }
  const { code, data } = isRecord(envelope) ? envelope : { code: '', data: body };
  const field = (name: string) => (isRecord(data) ? String(data[name] ?? '') : '');
  const text = typeof data === 'string' ? data : JSON.stringify(data ?? '');
  return { status: response.status, code: String(code ?? ''), text, field };
}

/** Calls an endpoint with urlencoded parameters. */
export async function call(
  server: Server,
  path: string,
  params: Params = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const pairs = Object.entries(params).map(([name, value]): [string, string] => [name, String(value)]);
  const body = new URLSearchParams(pairs);
  return replyOf(await fetch(`${server.url}${path}`, { method: 'POST', headers, body }));
}

/**
 * Headers of a caller at this address, as a proxy of ours and as Cloudflare writes them: a server of the suite's own
 * believes them, any other does not look.
 */
export const from = (address: string): Record<string, string> => ({
  'x-forwarded-for': address,
  'cf-connecting-ip': address,
});

/** A mobile number that no other run has. */
export function freshMobile(): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return `13${random % 10}${String((random >>> 4) % 100_000_000).padStart(8, '0')}`;
}

/** The SMS code that a sandbox answers. */
export async function smsCode(server: Server, mobile: string, address: string): Promise<string> {
  const reply = await call(server, '/chat/getValidateNum', { mobile }, from(address));
  if (reply.code !== '1') throw new Error(`No code for a new person: ${reply.text}`);
  return reply.field('info');
}

/** Logs in, and answers the token. */
export async function logIn(server: Server, mobile: string, params: Params, address: string) {
  const login = { mobie: mobile, pwd: md5(PASSWORD), device: 1, ...params };
  return call(server, '/chat/doLogin', login, from(address));
}

/** Registers somebody new and logs them in. Needs a sandbox, which hands codes back. */
export async function newPerson(server: Server, address: string, name: string): Promise<Person> {
  const mobile = freshMobile();
  const validateNum = await smsCode(server, mobile, address);
  const register = { mobile, pwd: PASSWORD, validateNum, name };
  const registered = await call(server, '/chat/register', register, from(address));
  const login = await logIn(server, mobile, {}, address);
  const token = login.field('token');
  if (registered.code !== '1' || !token) throw new Error(`Nobody can register: ${registered.text}`);
  const headers = { authorization: `Bearer ${token}`, ...from(address) };
  return {
    id: registered.field('id'),
    mobile,
    token,
    address,
    headers,
    call: (path, params = {}) => call(server, path, params, headers),
  };
}

/** Makes two people friends. */
export async function befriend(one: Person, other: Person): Promise<void> {
  await one.call('/chat/requestFriend', { destId: other.id, destType: 1 });
  const { code, text } = await other.call('/chat/acceptRequest', { destId: one.id, destType: 1 });
  if (code !== '1') throw new Error(`Two people cannot become friends: ${text}`);
}
