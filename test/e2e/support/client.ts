import { createHash } from 'node:crypto';
import { expect, inject } from 'vitest';
import { endpoints } from '../../../src/endpoints.ts';
import { checkReply } from '../../support/replies.ts';
import { callBySdk, isOfSdk } from './sdk-call.ts';

export type Params = Readonly<Record<string, string | number>>;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly code: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies freely; the shape has been compared with the declaration
  readonly data: any;
}

export interface CallOptions {
  /** Another server than the one under test. */
  readonly url?: string | undefined;
  readonly token?: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
}

const MD5 = (text: string) => createHash('md5').update(text).digest('hex');

/** The plain password of everybody. */
export const PASSWORD = 'secret1';
export const PASSWORD_MD5 = MD5(PASSWORD);

let ownServer: string | undefined;

/** From now on calls go to a test file's own server; without one, again to that of the whole run. */
export function useServer(url: string | undefined): void {
  ownServer = url;
}

/** Where the server under test listens. */
export const serverUrl = (): string => ownServer ?? inject('url');

/** Sends a request to the server under test, or to another one. */
export const send = (path: string, init?: RequestInit, url = serverUrl()): Promise<Response> =>
  fetch(`${url}${path}`, init);

/** Reads a response as an envelope of this endpoint, which must have the declared shape. */
export async function replyOf(path: string, response: Response): Promise<Reply> {
  const { code, data } = checkReply(endpoints, path, await response.text());
  return { status: response.status, headers: response.headers, code, data };
}

/**
 * Calls an endpoint with urlencoded parameters, as the original's apps do. It shares nothing with the SDK, so that the
 * SDK can hide no fault.
 */
export async function call(path: string, params: Params = {}, options: CallOptions = {}): Promise<Reply> {
  const { token, method = 'POST', headers = {}, url } = options;
  const pairs = new URLSearchParams(
    Object.entries(params).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const all = { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const response =
    method === 'GET'
      ? await send(`${path}?${pairs}`, { headers: all }, url)
      : await send(path, { method, headers: all, body: pairs }, url);
  return replyOf(path, response);
}

/** A mobile number that no other test and no other run has. */
export function freshMobile(): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return `13${random % 10}${String((random >>> 4) % 100_000_000).padStart(8, '0')}`;
}

/** The code that the sandbox sends to a number. */
export async function smsCode(mobile: string): Promise<string> {
  const { code, data } = await call('/chat/getValidateNum', { mobile });
  expect(code).toBe('1');
  return data.info;
}

export interface Person {
  readonly id: number;
  readonly mobile: string;
  readonly token: string;
  readonly name: string;
  /**
   * Calls as this person, who names himself by `userId` as real clients do: with the SDK, unless the call is one that
   * the SDK does not make.
   */
  call(path: string, params?: Params, options?: CallOptions): Promise<Reply>;
}

/** Logs somebody in and answers the token. */
export async function logIn(mobile: string, device = 1, url?: string): Promise<string> {
  const { code, data } = await call('/chat/doLogin', { mobie: mobile, pwd: PASSWORD_MD5, device }, { url });
  expect(code).toBe('1');
  return data.token;
}

/** Another server than the one under test. */
export interface OtherServer {
  readonly url: string;
  /** The code that it sends to a number. */
  codeFor(mobile: string): Promise<string>;
}

/** Somebody new: registered with a code and logged in. */
export async function newPerson(name = '茶客', other?: OtherServer): Promise<Person> {
  const mobile = freshMobile();
  const url = other?.url;
  const validateNum = other ? await other.codeFor(mobile) : await smsCode(mobile);
  const { code, data } = await call('/chat/register', { mobile, pwd: PASSWORD, validateNum, name }, { url });
  expect(code).toBe('1');
  const id = Number(data.id);
  const token = await logIn(mobile, 1, url);
  return {
    id,
    mobile,
    token,
    name,
    call: (path, params, options) =>
      options === undefined && isOfSdk(path)
        ? callBySdk(url ?? serverUrl(), path, { userId: id, ...params }, token)
        : call(path, { userId: id, ...params }, { token, url, ...options }),
  };
}

/** Makes two people friends. */
export async function befriend(one: Person, other: Person): Promise<void> {
  await one.call('/chat/requestFriend', { destId: other.id, destType: 1 });
  const { code } = await other.call('/chat/acceptRequest', { destId: one.id, destType: 1 });
  expect(code).toBe('1');
}

/** A refusal: its code, and a text. */
export function expectRefusal(reply: Reply, code: number, info?: string): void {
  expect(reply).toMatchObject({ code: String(code), data: { info: info ?? expect.any(String) } });
}
