import type { Settings } from '../../core/settings.ts';
import type { Endpoint } from '../endpoint.ts';
import { commonFailures, type FailureText, textFailures, transportFailures } from '../failure.ts';
import { INVALID, publicReasons, wordsOf } from '../failure-text.ts';
import { type Json, refTo } from './json.ts';
import { type Schemas, schemaOf } from './schemas.ts';

const MIME = 'application/json';
const replied = (description: string, schema: Json): Json => ({
  description,
  content: { [MIME]: { schema } },
});

/** Refusals with an HTTP status of their own. Those of a session have it under HTTP_STATUS=real alone. */
const STATUSES: Readonly<Record<string, readonly [name: string, description: string]>> = {
  401: ['SessionEnded', '请重新登录 (HTTP_STATUS=real, and calls of ours; else 200)'],
  403: ['Forbidden', '无权操作 (HTTP_STATUS=real, and calls of ours; else 200)'],
  413: ['BodyTooLarge', '请求内容过大'],
  415: ['UnsupportedType', '不支持的内容类型'],
  429: ['TooManyCalls', '操作过于频繁 (HTTP_STATUS=real, and calls of ours; else 200)'],
  503: ['Unavailable', '服务器繁忙，请稍后重试'],
  default: ['Fault', '请求超时 (408)、服务器异常 (500) 或操作结果未知，请稍后核实 (504)'],
};

/** Replies that every call can have, by name: they are declared once. */
export const sharedResponses: Json = Object.fromEntries(
  Object.values(STATUSES).map(([name, description]) => [
    name,
    replied(description, refTo('schemas', 'Refusal')),
  ]),
);

const SHARED_CODES = [
  ...new Set(
    [commonFailures, textFailures, transportFailures]
      .flatMap(Object.values<FailureText>)
      .map(([code]) => `${code}`),
  ),
];

/** What any refusal has. Others of its `data` belong to the reason. */
export const refusalSchema: Json = {
  type: 'object',
  required: ['code', 'data'],
  properties: {
    code: { type: 'string', enum: SHARED_CODES, description: '错误码' },
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
    ...(endpoint.shown ? textFailures : {}),
    TOO_MANY_CALLS,
    BROKEN_OFF: transportFailures.BROKEN_OFF,
  };
}

/**
 * A call's own refusal: which codes and reasons it can have. It is written out, and made of no others, because
 * generators of clients put combined schemas together in different ways.
 */
function refusalOf(endpoint: Endpoint): Json {
  const failures = Object.entries(ownFailures(endpoint)).filter(([, [code]]) => code !== 1);
  const codes = [...new Set(failures.map(([, [code]]) => String(code)))];
  const reason = { type: 'string', enum: failures.map(([name]) => name) };
  const data = {
    type: 'object',
    required: ['info', 'reason'],
    properties: { info: { type: 'string' }, reason, field: { type: 'string' } },
  };
  return {
    type: 'object',
    required: ['code', 'data'],
    properties: { code: { type: 'string', enum: codes }, data },
  };
}

/** What a success holds; beside it the reason of a refusal that the original answers under the same code. */
function dataOf(endpoint: Endpoint, schemas: Schemas): Json {
  const data = schemaOf(endpoint.data, schemas);
  const reasons = Object.entries(ownFailures(endpoint)).flatMap(([name, [code]]) =>
    code === 1 ? [name] : [],
  );
  if (reasons.length === 0) return data;
  const members = data['properties'] as Json; // such a call answers an object, whose members are these
  return { ...data, properties: { ...members, reason: { type: 'string', enum: reasons } } };
}

/** `{"code", "data"}` of a success, told from a refusal by its code. */
function successOf(endpoint: Endpoint, schemas: Schemas): Json {
  const codes = ['1', ...Object.keys(endpoint.successCodes ?? {})];
  const code = codes.length > 1 ? { type: 'string', enum: codes } : { type: 'string', const: '1' };
  return {
    type: 'object',
    required: ['code', 'data'],
    properties: { code, data: dataOf(endpoint, schemas) },
  };
}

const isMet = (endpoint: Endpoint, status: string): boolean =>
  !(isEverybodys(endpoint) && (status === '401' || status === '403'));

/** A call's own refusals under an HTTP status that no other call has. */
const ownStatuses = (endpoint: Endpoint, settings: Settings): Json =>
  Object.fromEntries(
    Object.values(endpoint.errors ?? {}).flatMap((text) => {
      const [, , status = 200] = text;
      if (status === 200 || status in STATUSES) return [];
      const reply = replied(wordsOf(text, settings), refTo('schemas', 'Refusal'));
      return [[status, orScript(reply, endpoint)] as const];
    }),
  );

/** An answer, or the script that calls a function with it, where the call can be asked for one. */
function orScript(reply: Json, { jsonp }: Endpoint): Json {
  if (!jsonp) return reply;
  const script = { 'application/javascript': { schema: { type: 'string' } } };
  return { ...reply, content: { ...(reply['content'] as Json), ...script } };
}

/** What every call can answer, by HTTP status: by name, but where it may be a script. */
const sharedOf = (endpoint: Endpoint): Json =>
  Object.fromEntries(
    Object.entries(STATUSES).flatMap(([status, [name, description]]) => {
      if (!isMet(endpoint, status)) return [];
      const own = orScript(replied(description, refTo('schemas', 'Refusal')), endpoint);
      return [[status, endpoint.jsonp ? own : refTo('responses', name)] as const];
    }),
  );

/** Every reply of a call, by HTTP status. */
export function repliesOf(endpoint: Endpoint, settings: Settings, schemas: Schemas): Json {
  const refusals = { ...sharedOf(endpoint), ...ownStatuses(endpoint, settings) };
  if (endpoint.answers) return { ...refusals, ...endpoint.answers };
  const oneOf = [successOf(endpoint, schemas), refusalOf(endpoint)];
  return { 200: orScript(replied('成功，或以 code 表示的业务结果', { oneOf }), endpoint), ...refusals };
}
