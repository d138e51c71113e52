import type { Settings } from '../../core/settings.ts';
import type { Endpoint } from '../endpoint.ts';
import { commonFailures, type FailureText } from '../failure.ts';
import { DEFAULT_INVALID, INVALID, publicReasons, wordsOf } from '../failure-text.ts';
import type { Json } from './json.ts';
import { bodyOf, queryOf } from './parameters.ts';
import { repliesOf } from './replies.ts';
import type { Schemas } from './schemas.ts';
import { tagOf } from './tags.ts';

/** The last part of the path, which no other call has; those of `/im` say so. */
function nameOf({ path }: Endpoint): string {
  const [last = '', group] = path.split('/').reverse();
  if (path === '/im') return 'imConnect';
  return group === 'im' ? `im${last.charAt(0).toUpperCase()}${last.slice(1)}` : last;
}

function failuresOf(endpoint: Endpoint, settings: Settings): string[] {
  const line = ([reason, text]: readonly [string, FailureText]) =>
    `- \`${text[0]}\` \`${reason}\` ${wordsOf(text, settings)}`;
  const { TOO_MANY_CALLS, ...session } = commonFailures;
  return [
    line([INVALID, [-1, endpoint.invalid ?? DEFAULT_INVALID]]),
    ...Object.entries(publicReasons(endpoint.errors ?? {})).map(line),
    ...(endpoint.open && !endpoint.optionalCaller ? [] : Object.entries(session).map(line)),
    line(['TOO_MANY_CALLS', TOO_MANY_CALLS]),
  ];
}

function descriptionOf(endpoint: Endpoint, settings: Settings): string {
  const codes = Object.entries(endpoint.successCodes ?? {}).map(
    ([code, meaning]) => `- \`${code}\` ${meaning}`,
  );
  return [
    endpoint.summary,
    endpoint.aliases ? `Also: ${endpoint.aliases.map((path) => `\`${path}\``).join(', ')}` : '',
    codes.length > 0 ? `**Success codes**\n\n${codes.join('\n')}` : '',
    `**错误码**\n\n${failuresOf(endpoint, settings).join('\n')}`,
    endpoint.idempotent
      ? `\`Idempotency-Key\` makes a ${endpoint.open ? 'logged-in user’s ' : ''}retry harmless.`
      : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** An empty requirement says that nobody needs to log in. */
function securityOf(endpoint: Endpoint): Json[] {
  const schemes = [{ bearer: [] }, { tokenHeader: [] }];
  if (!endpoint.open) return schemes;
  return endpoint.optionalCaller ? [{}, ...schemes] : [];
}

const isSocket = ({ answers }: Endpoint) => answers !== undefined && 101 in answers;

/** A call as an item of `paths`. GET does the same with the parameters in the query, and is not told twice. */
export function pathItem(endpoint: Endpoint, settings: Settings, schemas: Schemas): Json {
  const method = isSocket(endpoint) ? 'get' : 'post';
  const inQuery = endpoint.body || isSocket(endpoint);
  const [query, body] = [inQuery ? queryOf(endpoint) : [], isSocket(endpoint) ? undefined : bodyOf(endpoint)];
  const operation = {
    operationId: nameOf(endpoint),
    tags: [tagOf(endpoint)],
    summary: `${endpoint.no === undefined ? '' : `${endpoint.no} `}${endpoint.title}`,
    description: descriptionOf(endpoint, settings),
    security: securityOf(endpoint),
    ...(query.length > 0 ? { parameters: query } : {}),
    ...(body ? { requestBody: body } : {}),
    responses: repliesOf(endpoint, schemas),
  };
  return { [method]: operation };
}
