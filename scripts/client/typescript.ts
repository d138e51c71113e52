/** JSON Schema as TypeScript types: as much of it as the declarations use. */

export interface JsonSchema {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly type?: string;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly description?: string;
  readonly examples?: readonly unknown[];
}

const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

const isName = (key: string) => /^[A-Za-z_$][\w$]*$/.test(key);
const keyOf = (key: string) => (isName(key) ? key : JSON.stringify(key));

/** The name that a reference leads to. */
const named = (reference: string) => reference.slice(reference.lastIndexOf('/') + 1);

/** A comment before a member or type; nothing where there is nothing to say. */
export function comment(text: string | undefined, indent = ''): string {
  if (!text) return '';
  return `${indent}/** ${text.replaceAll('*/', '* /').replace(/\s*\n\s*/g, ' ')} */\n`;
}

/** The members of an object, one a line. */
export function members(schema: JsonSchema, indent: string): string {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {})
    .map(([key, each]) => {
      const mark = required.has(key) ? '' : '?';
      return `${comment(each.description, indent)}${indent}readonly ${keyOf(key)}${mark}: ${typeOf(each, indent)};\n`;
    })
    .join('');
}

function objectType(schema: JsonSchema, indent: string): string {
  const { properties = {}, additionalProperties: others } = schema;
  if (Object.keys(properties).length > 0) return `{\n${members(schema, `${indent}  `)}${indent}}`;
  return typeof others === 'object' ? `Readonly<Record<string, ${typeOf(others, indent)}>>` : 'object';
}

const union = (schemas: readonly JsonSchema[], mark: string, indent: string) =>
  [...new Set(schemas.map((each) => typeOf(each, indent)))].join(mark);

/** The type that a schema describes. A schema that it does not know is an error, and no `unknown`. */
export function typeOf(schema: JsonSchema, indent = ''): string {
  if (schema.$ref) return named(schema.$ref);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((word) => JSON.stringify(word)).join(' | ');
  if (schema.anyOf) return union(schema.anyOf, ' | ', indent);
  if (schema.oneOf) return union(schema.oneOf, ' | ', indent);
  if (schema.allOf) return union(schema.allOf, ' & ', indent);
  if (schema.type === 'array') return `readonly (${typeOf(schema.items ?? {}, indent)})[]`;
  if (schema.type === 'object') return objectType(schema, indent);
  const scalar = SCALARS[schema.type ?? ''];
  if (!scalar) throw new Error(`There is no type for ${JSON.stringify(schema)}.`);
  return scalar;
}
