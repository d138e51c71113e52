import type { Settings } from '../../core/settings.ts';
import type { Endpoint } from '../endpoint.ts';
import type { FailureText } from '../failure.ts';
import { INVALID, publicReasons, wordsOf } from '../failure-text.ts';
import { type Json, refTo } from './json.ts';
import { bodyOf, queryOf } from './parameters.ts';
import { repliesOf } from './replies.ts';
import type { Schemas } from './schemas.ts';
import { tagOf } from './tags.ts';

/** How a session is shown: in either header. */
export const SESSION: readonly Json[] = [{ bearer: [] }, { tokenHeader: [] }];

/** The last part of the path, which no other call has; those of `/im` say so. */
function nameOf({ path }: Endpoint): string {
  const [last = '', group] = path.split('/').reverse();
  if (path === '/im') return 'imConnect';
  return group === 'im' ? `im${last.charAt(0).toUpperCase()}${last.slice(1)}` : last;
}

/** The refusals that are this call's own. The document tells once what every call can answer (`document.ts`). */
function failuresOf({ invalid, errors = {} }: Endpoint, settings: Settings): string[] {
  const own: Readonly<Record<string, FailureText>> = {
    ...(invalid === undefined ? {} : { [INVALID]: [-1, invalid] }),
    ...publicReasons(errors),
  };
  return Object.entries(own).map(
    ([reason, text]) => `- \`${text[0]}\` \`${reason}\` ${wordsOf(text, settings)}`,
  );
}

function descriptionOf(endpoint: Endpoint, settings: Settings): string {
  const codes = Object.entries(endpoint.successCodes ?? {}).map(
    ([code, meaning]) => `- \`${code}\` ${meaning}`,
  );
  const failures = failuresOf(endpoint, settings);
  return [
    endpoint.summary,
    endpoint.aliases ? `Also: ${endpoint.aliases.map((path) => `\`${path}\``).join(', ')}` : '',
    codes.length > 0 ? `**Success codes**\n\n${codes.join('\n')}` : '',
    failures.length > 0 ? `**错误码**\n\n${failures.join('\n')}` : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

/**
 * Where it is not what the document says for every call. An empty requirement says that nobody needs to log in;
 * browsers can give a WebSocket no headers.
 */
function securityOf(endpoint: Endpoint): Json {
  if (isSocket(endpoint)) return { security: [...SESSION, { tokenParameter: [] }] };
  if (!endpoint.open) return {};
  return { security: endpoint.optionalCaller ? [{}, ...SESSION] : [] };
}

const isSocket = ({ answers }: Endpoint) => answers !== undefined && 101 in answers;

/** A call as an item of `paths`. GET does the same with the parameters in the query, and is not told twice. */
export function pathItem(endpoint: Endpoint, settings: Settings, schemas: Schemas): Json {
  const method = isSocket(endpoint) ? 'get' : 'post';
  const inQuery = endpoint.body || isSocket(endpoint);
  const body = isSocket(endpoint) ? undefined : bodyOf(endpoint);
  const parameters = [
    ...(inQuery ? queryOf(endpoint) : []),
    ...(endpoint.idempotent ? [refTo('parameters', 'IdempotencyKey')] : []),
  ];
  const operation = {
    operationId: nameOf(endpoint),
    tags: [tagOf(endpoint)],
    summary: `${endpoint.no === undefined ? '' : `${endpoint.no} `}${endpoint.title}`,
    description: descriptionOf(endpoint, settings),
    ...securityOf(endpoint),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: body } : {}),
    responses: repliesOf(endpoint, settings, schemas),
  };
  return { [method]: operation };
}
