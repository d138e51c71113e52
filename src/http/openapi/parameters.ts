import type * as z from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { MAX_FILES } from '../upload-form.ts';
import { exampleOf } from './examples.ts';
import { type Json, refTo } from './json.ts';

interface Parameter {
  readonly name: string;
  readonly schema: Json;
  readonly description: string;
  readonly required: boolean;
}

/** What programs call words that no identifier can be made of. */
const WORD_NAMES: Readonly<Record<string, string>> = { 男: 'male', 女: 'female' };

function namedWords({ enum: words }: Json): Json {
  if (!Array.isArray(words) || words.every((word) => /^[\x21-\x7e]+$/.test(String(word)))) return {};
  return { 'x-enum-varnames': words.map((word) => WORD_NAMES[String(word)] ?? String(word)) };
}

/** A parameter as its codec's metadata tells it; text where it tells nothing. */
function parameterOf(name: string, codec: z.ZodType): Parameter {
  const { description = '', ...facts } = (codec.meta() ?? {}) as Json & { readonly description?: string };
  const required = !codec.safeParse(undefined).success;
  return { name, schema: { type: 'string', ...facts, ...namedWords(facts) }, description, required };
}

/** The caller's own number, which every call of a session takes: described once. */
export const callersId: Json = {
  type: 'string',
  pattern: '^[1-9]\\d{0,15}$',
  description: '用户唯一标识，须为登录用户本人',
};
const IDENTITY: Parameter = {
  name: 'userId',
  required: false,
  schema: refTo('schemas', 'CallersId'),
  description: '',
};

/** What makes a retry harmless. */
export const idempotencyKey: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'A logged-in user’s retry with the same key gets the first answer and does nothing again.',
  required: false,
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
};

function parametersOf(endpoint: Endpoint): Parameter[] {
  const declared = Object.entries(endpoint.params).map(([name, codec]) => parameterOf(name, codec));
  const isIdentityOwn = endpoint.open || declared.some(({ name }) => name === IDENTITY.name);
  return isIdentityOwn ? declared : [IDENTITY, ...declared];
}

/** The parameters of a call whose body is something else. */
export const queryOf = (endpoint: Endpoint): Json[] =>
  parametersOf(endpoint).map(({ name, schema, description, required }) => ({
    name,
    in: 'query',
    description,
    required,
    schema,
    ...(required ? { example: exampleOf(name, schema) } : {}),
  }));

/** Files as a form's. `body: 'file'` takes the bare file, too, which the summaries of its calls tell. */
function filesOf(): Json {
  const binary = { type: 'string', format: 'binary' };
  const properties = { fileUpload: { type: 'array', items: binary, minItems: 1, maxItems: MAX_FILES } };
  const form = { schema: { type: 'object', required: ['fileUpload'], properties } };
  return { required: true, content: { 'multipart/form-data': form } };
}

/** The parameters of a call as a JSON object, with a sample. */
function objectOf(endpoint: Endpoint): Json | undefined {
  const parameters = parametersOf(endpoint);
  if (parameters.length === 0) return undefined;
  const needed = parameters.filter(({ required }) => required);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(
      parameters.map(({ name, schema: each, description }) => [
        name,
        { ...each, ...(description ? { description } : {}) },
      ]),
    ),
    ...(needed.length > 0 ? { required: needed.map(({ name }) => name) } : {}),
  };
  const example = {
    ...Object.fromEntries(needed.map(({ name, schema: each }) => [name, exampleOf(name, each)])),
    ...endpoint.sample,
  };
  return { required: needed.length > 0, content: { 'application/json': { schema, example } } };
}

/**
 * The body of a call. JSON alone is declared, though forms are taken as well: of several types each generator of
 * clients chooses another, and some then say none.
 */
export function bodyOf(endpoint: Endpoint): Json | undefined {
  if (endpoint.body === 'raw') return { required: true, content: endpoint.takes ?? {} };
  return endpoint.body ? filesOf() : objectOf(endpoint);
}
