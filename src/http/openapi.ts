import * as z from 'zod';
import type { Settings } from '../core/settings.ts';
import type { Endpoint } from './endpoint.ts';
import { commonFailures, type FailureText } from './failure.ts';
import { DEFAULT_INVALID } from './failure-text.ts';
import { MAX_FILES } from './upload-form.ts';

type Json = Record<string, unknown>;

const wordsOf =
  (settings: Settings) =>
  ([code, text]: FailureText): string =>
    `\`${code}\` ${typeof text === 'string' ? text : text(settings)}`;

/** A parameter's schema: what the codec's metadata says, else text. */
function parameterSchema(codec: z.ZodType): { schema: Json; description: string; required: boolean } {
  const { description = '', ...facts } = (codec.meta() ?? {}) as Json & { description?: string };
  return {
    schema: { type: 'string', ...facts },
    description,
    required: !codec.safeParse(undefined).success,
  };
}

const identityParams = (endpoint: Endpoint) =>
  endpoint.open
    ? []
    : [
        {
          name: 'userId',
          in: 'query',
          required: false,
          schema: { type: 'integer' },
          description: '用户唯一标识，须为登录用户本人',
        },
      ];

function parametersOf(endpoint: Endpoint): Json[] {
  const declared = Object.entries(endpoint.params).map(([name, codec]) => ({
    name,
    in: 'query',
    ...parameterSchema(codec),
  }));
  const names = new Set(declared.map(({ name }) => name));
  return [...identityParams(endpoint).filter(({ name }) => !names.has(name)), ...declared];
}

function filesOf(body: 'uploads' | 'file'): Json {
  const binary = { type: 'string', format: 'binary' };
  const properties = { fileUpload: { type: 'array', items: binary, minItems: 1, maxItems: MAX_FILES } };
  const form = { schema: { type: 'object', required: ['fileUpload'], properties } };
  const raw = body === 'file' ? { 'application/octet-stream': { schema: binary } } : {};
  return { required: true, content: { ...raw, 'multipart/form-data': form } };
}

function bodyOf(endpoint: Endpoint): Json | undefined {
  if (endpoint.body === 'raw') return { required: true, content: { '*/*': {} } };
  if (endpoint.body) return filesOf(endpoint.body);
  const parameters = parametersOf(endpoint);
  if (parameters.length === 0) return undefined;
  const properties = Object.fromEntries(
    parameters.map(({ name, schema, description }) => [name, { ...(schema as Json), description }]),
  );
  const required = parameters.flatMap(({ name, required: needed }) => (needed ? [name] : []));
  const schema = { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
  const kinds = ['application/x-www-form-urlencoded', 'application/json', 'multipart/form-data'];
  return { content: Object.fromEntries(kinds.map((kind) => [kind, { schema }])) };
}

function descriptionOf(endpoint: Endpoint, settings: Settings): string {
  const words = wordsOf(settings);
  const failures = [
    `\`-1\` ${endpoint.invalid ?? DEFAULT_INVALID}`,
    ...Object.values(endpoint.errors ?? {}).map(words),
    ...(endpoint.open && !endpoint.optionalCaller
      ? []
      : [words(commonFailures.SESSION_ENDED), words(commonFailures.NOT_YOURSELF)]),
    words(commonFailures.TOO_MANY_CALLS),
  ];
  const codes = Object.entries(endpoint.successCodes ?? {}).map(
    ([code, meaning]) => `- \`${code}\` ${meaning}`,
  );
  return [
    endpoint.summary,
    endpoint.aliases ? `Also: ${endpoint.aliases.map((path) => `\`${path}\``).join(', ')}` : '',
    codes.length > 0 ? `**Success codes**\n\n${codes.join('\n')}` : '',
    `**错误码**\n\n${[...new Set(failures)].map((line) => `- ${line}`).join('\n')}`,
    endpoint.idempotent
      ? `\`Idempotency-Key\` makes a ${endpoint.open ? 'logged-in user’s ' : ''}retry harmless.`
      : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

function responseOf(endpoint: Endpoint): Json {
  const { $schema: _, ...data } = z.toJSONSchema(endpoint.data, { io: 'output', unrepresentable: 'any' });
  const codes = ['1', ...Object.keys(endpoint.successCodes ?? {})];
  const schema = {
    type: 'object',
    required: ['code', 'data'],
    properties: { code: { type: 'string', examples: codes }, data },
  };
  return { description: '成功，或以 code 表示的业务结果', content: { 'application/json': { schema } } };
}

/** An empty requirement says that nobody needs to log in. */
function securityOf(endpoint: Endpoint): Json[] {
  const schemes = [{ bearer: [] }, { tokenHeader: [] }];
  if (!endpoint.open) return schemes;
  return endpoint.optionalCaller ? [{}, ...schemes] : [];
}

function operations(endpoint: Endpoint, settings: Settings): Json {
  const name = endpoint.path.slice(1).replaceAll('/', '_');
  const shared = {
    tags: [endpoint.path.split('/')[endpoint.path.split('/').length > 2 ? 1 : 0] || 'app'],
    summary: `${endpoint.no === undefined ? '' : `${endpoint.no} `}${endpoint.title}`,
    description: descriptionOf(endpoint, settings),
    responses: { 200: responseOf(endpoint) },
    security: securityOf(endpoint),
  };
  const post = {
    operationId: `${name}_post`,
    ...shared,
    ...(bodyOf(endpoint) ? { requestBody: bodyOf(endpoint) } : {}),
  };
  if (endpoint.body) return { post: { ...post, parameters: parametersOf(endpoint) } };
  // The page shows each call once; the document names both methods.
  const get = {
    operationId: `${name}_get`,
    ...shared,
    parameters: parametersOf(endpoint),
    'x-scalar-ignore': true,
  };
  return { get, post };
}

/**
 * The whole API as OpenAPI 3.1, from the endpoint declarations alone.
 * @param settings those by which texts are shown that depend on one
 */
export function openApi(endpoints: readonly Endpoint[], version: string, settings: Settings): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Teahouse 茶馆 API',
      version,
      description:
        '每个路径都支持 GET 与 POST，也可加前缀 `/wmsMobile` 或 `/wmsMobilePro`。参数可放在查询串、表单、multipart 字段或 JSON 对象中。应答恒为 `{"code","data"}`，所有标量都是字符串。\n\nEvery path answers GET and POST, also under `/wmsMobile` and `/wmsMobilePro`. Parameters may come in the query, a form, multipart fields or a JSON object. The reply is always `{"code","data"}`, and every scalar in it is a string.',
    },
    servers: [{ url: '/' }],
    paths: Object.fromEntries(endpoints.map((endpoint) => [endpoint.path, operations(endpoint, settings)])),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        tokenHeader: { type: 'apiKey', in: 'header', name: 'token' },
      },
    },
  };
}
