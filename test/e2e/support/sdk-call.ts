import { expect } from 'vitest';
import {
  type Api,
  CALLS,
  Client,
  type CallOptions as ClientCallOptions,
  type Result,
} from '../../../sdk/src/index.ts';
import { endpoints } from '../../../src/endpoints.ts';
import { checkReply } from '../../support/replies.ts';
import type { Params, Reply } from './client.ts';

const names: ReadonlyMap<string, string> = new Map(
  Object.entries(CALLS).flatMap(([name, call]) => ('isUpload' in call ? [] : [[call.path, name]])),
);

/** Whether the SDK has this call. */
export const isOfSdk = (path: string): boolean => names.has(path);

/** A server on a busy machine answers late. */
const PATIENCE_MS = 120_000;

type Anything = Result<unknown, string, string>;
type AnyCall = (params: Params, options?: ClientCallOptions) => Promise<Anything>;

/** What a refusal said, put together again from what the client makes of it. */
function dataOf(result: Anything): unknown {
  if (result.ok) return result.data;
  if (result.isLost) throw new Error(`${result.reason}: ${result.info}`);
  const { info, reason, field, details } = result;
  return { info, reason, ...(field === undefined ? {} : { field }), ...details };
}

/**
 * Makes a call through the SDK, once. What the SDK makes of the answer must be what the server has said, and that
 * must have the declared shape.
 */
export async function callBySdk(url: string, path: string, params: Params, token: string): Promise<Reply> {
  let said: { status: number; headers: Headers; code: string; data: unknown } | undefined;
  const client = new Client({
    url,
    retries: 0,
    timeoutMs: PATIENCE_MS,
    async fetch(address, init) {
      const response = await fetch(address, init);
      const text = await response.clone().text();
      const { status, headers } = response;
      said = { status, headers, ...checkReply(endpoints, path, text) };
      return response;
    },
  });
  await client.signIn(token);
  const api = client.api as Readonly<Record<keyof Api, unknown>> as Readonly<Record<string, AnyCall>>;
  const result = await api[names.get(path) ?? '']?.(params);
  if (!result || !said) throw new Error(`${path} brought no answer: ${JSON.stringify(result)}`);
  const data = dataOf(result);
  expect({ code: result.ok || !result.isLost ? result.code : '', data }).toEqual({
    code: said.code,
    data: said.data,
  });
  return { ...said, data };
}
