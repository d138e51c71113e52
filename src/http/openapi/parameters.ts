import type * as z from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { MAX_FILES } from '../upload-form.ts';
import { exampleOf } from './examples.ts';
import type { Json } from './json.ts';

interface Parameter {
  readonly name: string;
  readonly schema: Json;
  readonly description: string;
  readonly required: boolean;
}

/** A parameter as its codec's metadata tells it; text where it tells nothing. */
function parameterOf(name: string, codec: z.ZodType): Parameter {
  const { description = '', ...facts } = (codec.meta() ?? {}) as Json & { readonly description?: string };
  const required = !codec.safeParse(undefined).success;
  return { name, schema: { type: 'string', ...facts }, description, required };
}

const IDENTITY: Parameter = {
  name: 'userId',
  required: false,
  schema: { type: 'string', pattern: '^[1-9]\\d{0,15}$' },
  description: '用户唯一标识，须为登录用户本人',
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

function filesOf(body: 'uploads' | 'file'): Json {
  const binary = { type: 'string', format: 'binary' };
  const properties = { fileUpload: { type: 'array', items: binary, minItems: 1, maxItems: MAX_FILES } };
  const form = { schema: { type: 'object', required: ['fileUpload'], properties } };
  const raw = body === 'file' ? { 'application/octet-stream': { schema: binary } } : {};
  return { required: true, content: { 'multipart/form-data': form, ...raw } };
}

/** The parameters of a call as a JSON object, with a sample. */
function objectOf(endpoint: Endpoint): Json | undefined {
  const parameters = parametersOf(endpoint);
  if (parameters.length === 0) return undefined;
  const needed = parameters.filter(({ required }) => required);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(
      parameters.map(({ name, schema: each, description }) => [name, { ...each, description }]),
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
  if (endpoint.body === 'raw') return { required: true, content: { '*/*': {} } };
  return endpoint.body ? filesOf(endpoint.body) : objectOf(endpoint);
}
