import type { Endpoint } from '../endpoint.ts';
import { commonFailures, type FailureText, transportFailures } from '../failure.ts';
import { INVALID, publicReasons } from '../failure-text.ts';
import { type Json, refTo } from './json.ts';
import { type Schemas, schemaOf } from './schemas.ts';

const MIME = 'application/json';
const replied = (description: string, schema: Json): Json => ({
  description,
  content: { [MIME]: { schema } },
});

/** Refusals with an HTTP status of their own. Those of a session have it under HTTP_STATUS=real alone. */
const STATUSES: Readonly<Record<number, readonly [name: string, description: string]>> = {
  401: ['SessionEnded', '请重新登录 (HTTP_STATUS=real, and calls of ours; else 200)'],
  403: ['Forbidden', '无权操作 (HTTP_STATUS=real, and calls of ours; else 200)'],
  408: ['TooSlow', '请求超时'],
  413: ['BodyTooLarge', '请求内容过大'],
  415: ['UnsupportedType', '不支持的内容类型'],
  429: ['TooManyCalls', '操作过于频繁 (HTTP_STATUS=real, and calls of ours; else 200)'],
  500: ['Fault', '服务器异常'],
  503: ['Unavailable', '服务器繁忙，请稍后重试'],
  504: ['OutcomeUnknown', '操作结果未知，请稍后核实'],
};

/** Replies that every call can have, by name: they are declared once. */
export const sharedResponses: Json = Object.fromEntries(
  Object.values(STATUSES).map(([name, description]) => [
    name,
    replied(description, refTo('schemas', 'Refusal')),
  ]),
);

/** What any refusal has. Others of its `data` belong to the reason. */
export const refusalSchema: Json = {
  type: 'object',
  required: ['code', 'data'],
  properties: {
    code: { type: 'string', description: '错误码' },
    data: {
      type: 'object',
      required: ['info', 'reason'],
      properties: {
        info: { type: 'string', description: '提示，供用户阅读' },
        reason: { type: 'string', description: 'The stable name of the refusal, for programs' },
        field: { type: 'string', description: 'The parameter at fault' },
        requestId: { type: 'string', description: 'The number of the call in the server’s log' },
      },
      additionalProperties: { type: 'string' },
    },
  },
};

const isEverybodys = (endpoint: Endpoint) => endpoint.open && !endpoint.optionalCaller;

/** The refusals that a call itself can answer, under status 200 by default. */
function ownFailures(endpoint: Endpoint): Readonly<Record<string, FailureText>> {
  const { TOO_MANY_CALLS, ...session } = commonFailures;
  return {
    [INVALID]: [-1, ''],
    ...publicReasons(endpoint.errors ?? {}),
    ...(isEverybodys(endpoint) ? {} : session),
    TOO_MANY_CALLS,
    BROKEN_OFF: transportFailures.BROKEN_OFF,
  };
}

/** A call's own refusal: which codes and reasons it can have. */
function refusalOf(endpoint: Endpoint): Json {
  const failures = Object.entries(ownFailures(endpoint));
  const codes = [...new Set(failures.map(([, [code]]) => String(code)))];
  return {
    allOf: [
      refTo('schemas', 'Refusal'),
      {
        type: 'object',
        properties: {
          code: { enum: codes },
          data: { type: 'object', properties: { reason: { enum: failures.map(([reason]) => reason) } } },
        },
      },
    ],
  };
}

/** `{"code", "data"}` of a success, told from a refusal by its code. */
function successOf(endpoint: Endpoint, schemas: Schemas): Json {
  const codes = ['1', ...Object.keys(endpoint.successCodes ?? {})];
  const code = codes.length > 1 ? { type: 'string', enum: codes } : { type: 'string', const: '1' };
  return {
    type: 'object',
    required: ['code', 'data'],
    properties: { code, data: schemaOf(endpoint.data, schemas) },
  };
}

const isMet = (endpoint: Endpoint, status: number): boolean =>
  !(isEverybodys(endpoint) && (status === 401 || status === 403));

/** Every reply of a call, by HTTP status. */
export function repliesOf(endpoint: Endpoint, schemas: Schemas): Json {
  const shared = Object.entries(STATUSES).flatMap(([status, [name]]) =>
    isMet(endpoint, Number(status)) ? [[status, refTo('responses', name)] as const] : [],
  );
  if (endpoint.answers) return { ...Object.fromEntries(shared), ...endpoint.answers };
  const oneOf = [successOf(endpoint, schemas), refusalOf(endpoint)];
  return { 200: replied('成功，或以 code 表示的业务结果', { oneOf }), ...Object.fromEntries(shared) };
}
