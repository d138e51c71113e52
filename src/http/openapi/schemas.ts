import * as z from 'zod';
import { type Json, refTo } from './json.ts';

/** Named schemas of a document, by name. */
export type Schemas = Map<string, Json>;

/** The same schema, with a reference in place of each part that has a name, which goes into `schemas`. */
function named(value: unknown, schemas: Schemas): unknown {
  if (Array.isArray(value)) return value.map((item) => named(item, schemas));
  if (typeof value !== 'object' || value === null) return value;
  const { title, ...rest } = value as Json;
  const inner = Object.fromEntries(Object.entries(rest).map(([key, each]) => [key, named(each, schemas)]));
  // A parameter or member that is called `title` has a schema here, not a text.
  if (typeof title !== 'string')
    return title === undefined ? inner : { title: named(title, schemas), ...inner };
  const { description, ...schema } = inner;
  schemas.set(title, schema);
  return { ...refTo('schemas', title), ...(description === undefined ? {} : { description }) };
}

/**
 * A reply's shape as JSON Schema. What has a name (`wire.named`) goes into `schemas`, once, and is referred to.
 */
export function schemaOf(shape: z.ZodType, schemas: Schemas): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: 'output', unrepresentable: 'any' });
  return named(schema, schemas) as Json;
}
