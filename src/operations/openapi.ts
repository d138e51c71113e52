import * as z from 'zod';
import { rolesOf } from './describe.ts';
import { isAudited, isDangerous, needsReason, needsTwoEyes, type Operation } from './operation.ts';
import { isOptional, metaOf, REASON_LENGTH } from './params.ts';
import { API, pathOfOperation, UPLOADS } from './paths.ts';
import { REFUSED, type RefusedFor } from './refused.ts';
import { TAKING, taken } from './uploads/take.ts';

type Json = Record<string, unknown>;

function paramSchema(codec: z.ZodType): Json {
  const { title, asks: _, examples, ...facts } = { ...codec.meta(), ...metaOf(codec) } as Json;
  // The sample of a list is what a form takes for it: text.
  return { ...facts, ...(facts['type'] === 'array' || !examples ? {} : { examples }), description: title };
}

function bodyOf(operation: Operation): Json {
  const properties: Json = Object.fromEntries(
    Object.entries(operation.params).map(([name, codec]) => [name, paramSchema(codec)]),
  );
  const required = Object.entries(operation.params).flatMap(([name, codec]) =>
    isOptional(codec) ? [] : [name],
  );
  if (operation.kind === 'list')
    properties['after'] = { type: 'string', description: 'the `next` of the page before' };
  else
    properties['reason'] = {
      type: 'string',
      maxLength: REASON_LENGTH,
      description: 'why; kept in the audit',
    };
  if (needsReason(operation)) required.push('reason');
  const schema = {
    type: 'object',
    additionalProperties: false,
    properties,
    ...(required.length > 0 ? { required } : {}),
  };
  return { required: required.length > 0, content: { 'application/json': { schema } } };
}

const schemaOf = (codec: z.ZodType): Json => {
  const { $schema: _, ...schema } = z.toJSONSchema(codec, { io: 'output', unrepresentable: 'any' });
  return schema;
};

const WAITING: Json = {
  waits: { type: 'boolean', description: 'true where nothing was done yet: it waits for a second operator' },
  approval: { type: 'integer', description: 'the number under which it waits' },
};

function answerOf(operation: Operation): Json {
  if (operation.kind === 'view') return schemaOf(operation.answer);
  if (operation.kind === 'list')
    return {
      type: 'object',
      required: ['rows', 'total', 'next'],
      properties: {
        rows: { type: 'array', items: schemaOf(operation.row) },
        total: { type: 'integer', description: 'how many there are on all pages together' },
        next: { type: ['string', 'null'], description: 'what `after` takes for the next page' },
      },
    };
  const done = { done: { type: 'boolean' } };
  if (operation.kind === 'act')
    return {
      type: 'object',
      required: ['done', 'on'],
      properties: {
        ...done,
        on: { type: ['integer', 'string'] },
        ...(needsTwoEyes(operation) ? WAITING : {}),
      },
    };
  const line = {
    type: 'object',
    required: ['done'],
    properties: { ...done, why: { type: 'string', description: 'why nothing was done' } },
  };
  return {
    type: 'object',
    required: ['done', 'count', 'of', 'lines'],
    properties: {
      ...done,
      count: { type: 'integer', description: 'lines that did something' },
      of: { type: 'integer', description: 'lines in all' },
      lines: { type: 'array', items: line },
    },
  };
}

const refusal = { $ref: '#/components/responses/Refused' };
const REASONS = Object.keys(REFUSED) as RefusedFor[];
const STATUSES = [...new Set(Object.values(REFUSED))];
const refusals = Object.fromEntries(STATUSES.map((status) => [status, refusal]));

function descriptionOf(operation: Operation): string {
  return [
    `Roles: ${rolesOf(operation).join(', ')}.`,
    isAudited(operation) ? 'Written into the audit.' : '',
    needsReason(operation) ? 'Refused without a `reason`.' : '',
    needsTwoEyes(operation) ? 'More than `ADMIN_TWO_EYES` waits for a second operator.' : '',
    isDangerous(operation)
      ? '`Idempotency-Key` makes a repeated call harmless: it is answered the same.'
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function pathItem(operation: Operation): Json {
  const [subject = ''] = operation.name.split('.');
  const key = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    schema: { type: 'string', maxLength: 128 },
  };
  return {
    post: {
      operationId: operation.name.replace(/[.-]/g, '_'),
      tags: [subject],
      summary: operation.about,
      description: descriptionOf(operation),
      ...(isDangerous(operation) ? { parameters: [key] } : {}),
      requestBody: bodyOf(operation),
      responses: {
        200: {
          description: 'Done, or shown',
          content: { 'application/json': { schema: answerOf(operation) } },
        },
        ...refusals,
      },
    },
  };
}

/** A file of the house, which is no JSON. */
const uploads: Json = {
  post: {
    operationId: TAKING.name.replace('.', '_'),
    tags: ['uploads'],
    summary: TAKING.about,
    description: `Roles: ${rolesOf(TAKING).join(', ')}. Written into the audit.`,
    parameters: [
      {
        name: 'name',
        in: 'query',
        required: false,
        schema: { type: 'string' },
        description: 'what the file is called: its ending is kept',
      },
    ],
    requestBody: {
      required: true,
      content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    },
    responses: {
      200: { description: 'Taken', content: { 'application/json': { schema: schemaOf(taken) } } },
      ...refusals,
    },
  },
};

const refused = {
  description: REASONS.map((reason) => `\`${REFUSED[reason]}\` ${reason}`).join(', '),
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['error', 'message', 'requestId'],
        properties: {
          error: { type: 'string', enum: REASONS },
          message: { type: 'string', description: 'one line for a person' },
          member: { type: 'string', description: 'the member of the parameters that is at fault' },
          requestId: { type: 'string' },
        },
      },
    },
  },
};

/** The subjects of operations, with what may be done about each. */
function subjectsOf(operations: readonly Operation[]): Json[] {
  const verbs = new Map<string, string[]>([
    ['operations', ['list']],
    ['uploads', ['add']],
  ]);
  for (const { name } of operations) {
    const [subject = '', verb = ''] = name.split('.');
    verbs.set(subject, [...(verbs.get(subject) ?? []), verb]);
  }
  return [...verbs].map(([name, each]) => ({ name, description: each.join(', ') }));
}

/** The operators' API as OpenAPI 3.1, from the declarations alone. */
export function operationsOpenApi(operations: readonly Operation[], version: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Teahouse operators’ API',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
      contact: { name: 'Teahouse 茶馆' },
      description:
        'What an operator may do. Every operation is a POST with a JSON object, from a session of the console or with a program’s token. `GET /admin/api/operations` lists what the caller may do.',
    },
    servers: [{ url: '/' }],
    tags: subjectsOf(operations),
    paths: {
      [`${API}/operations`]: {
        get: {
          operationId: 'operations',
          tags: ['operations'],
          description: 'Each with its parameters, the roles that it takes, and whether it wants a reason.',
          summary: 'the operations that the caller may carry out, as a form asks for them',
          responses: { 200: { description: 'A list' }, ...refusals },
        },
      },
      [UPLOADS]: uploads,
      ...Object.fromEntries(
        operations.map((operation) => [pathOfOperation(operation.name), pathItem(operation)]),
      ),
    },
    components: {
      responses: { Refused: refused },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-teahouse-operator' },
      },
    },
    security: [{ bearer: [] }, { session: [] }],
  };
}
