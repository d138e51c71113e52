import type { Settings } from '../../core/settings.ts';
import type { Endpoint } from '../endpoint.ts';
import { commonFailures } from '../failure.ts';
import { DEFAULT_INVALID, INVALID } from '../failure-text.ts';
import type { Json } from './json.ts';
import { pathItem, SESSION } from './operation.ts';
import { callersId, idempotencyKey } from './parameters.ts';
import { refusalSchema, sharedResponses } from './replies.ts';
import type { Schemas } from './schemas.ts';
import { tagsOf } from './tags.ts';

const DESCRIPTION = `每个路径都支持 GET 与 POST，也可加前缀 \`/wmsMobile\` 或 \`/wmsMobilePro\`。参数可放在 JSON 对象、查询串、表单或 multipart 字段中。应答恒为 \`{"code","data"}\`，所有标量都是字符串。

Every path answers GET and POST, also under \`/wmsMobile\` and \`/wmsMobilePro\`. Parameters may come in a JSON object, the query, a form or multipart fields; this document shows the JSON object. The reply is always \`{"code","data"}\`, and every scalar in it is a string. \`code\` tells success from refusal; a refusal says why in \`data.reason\`, a stable name.`;

/** The refusals that every call can have, told once. */
const everyCallsRefusals = () =>
  [
    '**错误码**',
    ...[[INVALID, [-1, DEFAULT_INVALID]] as const, ...Object.entries(commonFailures)].map(
      ([reason, [code, text]]) => `- \`${code}\` \`${reason}\` ${text}`,
    ),
  ].join('\n');

/**
 * The whole API as OpenAPI 3.1, from the endpoint declarations alone.
 * @param settings those by which texts are shown that depend on one
 */
export function openApi(endpoints: readonly Endpoint[], version: string, settings: Settings): Json {
  const schemas: Schemas = new Map([
    ['Refusal', refusalSchema],
    ['CallersId', callersId],
  ]);
  const paths = Object.fromEntries(
    endpoints.map((endpoint) => [endpoint.path, pathItem(endpoint, settings, schemas)]),
  );
  const named = [...schemas].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Teahouse 茶馆 API',
      version,
      description: `${DESCRIPTION}\n\n${everyCallsRefusals()}`,
      contact: { name: 'Teahouse 茶馆' },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: SESSION,
    tags: tagsOf(endpoints),
    paths,
    components: {
      schemas: Object.fromEntries(named),
      responses: sharedResponses,
      parameters: { IdempotencyKey: idempotencyKey },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        tokenHeader: { type: 'apiKey', in: 'header', name: 'token' },
        tokenParameter: { type: 'apiKey', in: 'query', name: 'token' },
      },
    },
  };
}
