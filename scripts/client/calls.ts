/** What the client's calls are, from the declarations and from the OpenAPI document that is made of them. */
import { openApiText } from '../../src/commands/openapi.ts';
import { endpoints } from '../../src/endpoints.ts';
import type { Endpoint } from '../../src/http/endpoint.ts';
import { publicReasons } from '../../src/http/failure-text.ts';
import { type Schemas, schemaOf } from '../../src/http/openapi/schemas.ts';
import { HARMLESS, READS } from './repeatable.ts';
import type { JsonSchema } from './typescript.ts';

/** A call of the client. */
export interface ClientCall {
  readonly name: string;
  readonly path: string;
  readonly title: string;
  readonly summary: string;
  /** The parameters as a JSON object. */
  readonly params: JsonSchema;
  /** What a success answers. */
  readonly data: JsonSchema;
  readonly codes: readonly string[];
  readonly reasons: readonly string[];
  readonly body: 'uploads' | 'file' | undefined;
  readonly repeat: 'keyed' | 'harmless' | undefined;
  /** Some refusals have the code of success. */
  readonly refusesAsSuccess: boolean;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: JsonSchema }>> };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Calls that apps do not make: a socket's opening, notices of payment providers, scripts for old pages. */
const isForApps = ({ answers, body, jsonp, path }: Endpoint) =>
  path !== '/im' && !answers && body !== 'raw' && !jsonp;

/** Whom the token names already need not be said again. */
function withoutIdentity(schema: JsonSchema, declared: Endpoint['params']): JsonSchema {
  if ('userId' in declared) return schema;
  const { userId: _, ...properties } = schema.properties ?? {};
  return { ...schema, properties };
}

function paramsOf({ parameters, requestBody }: Operation): JsonSchema {
  const inBody = requestBody?.content['application/json']?.schema;
  if (inBody) return inBody;
  const inQuery = parameters ?? [];
  return {
    type: 'object',
    properties: Object.fromEntries(inQuery.map(({ name, schema }) => [name, schema])),
    required: inQuery.filter(({ required }) => required).map(({ name }) => name),
  };
}

function repeatOf({ idempotent }: Endpoint, name: string): ClientCall['repeat'] {
  if (idempotent) return 'keyed';
  return READS.has(name) || HARMLESS.has(name) ? 'harmless' : undefined;
}

function callOf(endpoint: Endpoint, operation: Operation, schemas: Schemas): ClientCall {
  const { path, title, summary, errors = {}, successCodes = {}, body } = endpoint;
  return {
    name: operation.operationId,
    path,
    title,
    summary,
    params: withoutIdentity(paramsOf(operation), endpoint.params),
    data: schemaOf(endpoint.data, schemas) as JsonSchema, // as zod writes it
    codes: ['1', ...Object.keys(successCodes)],
    reasons: Object.keys(publicReasons(errors)),
    body: body === 'raw' ? undefined : body,
    repeat: repeatOf(endpoint, operation.operationId),
    refusesAsSuccess: Object.values(errors).some(([code]) => code === 1),
  };
}

/** Every call of the client, and the shapes that have names. */
export function clientCalls(): { readonly calls: readonly ClientCall[]; readonly schemas: Schemas } {
  const document = JSON.parse(openApiText()) as Document; // our own
  const schemas: Schemas = new Map();
  const calls = endpoints.filter(isForApps).map((endpoint) => {
    const [operation] = Object.values(document.paths[endpoint.path] ?? {});
    if (!operation) throw new Error(`The document has no ${endpoint.path}.`);
    return callOf(endpoint, operation, schemas);
  });
  return { calls, schemas };
}
