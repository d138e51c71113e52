/** A part of an OpenAPI document. */
export type Json = Readonly<Record<string, unknown>>;

/** A reference to a named part. */
export const refTo = (kind: 'schemas' | 'responses' | 'parameters', name: string): Json => ({
  $ref: `#/components/${kind}/${name}`,
});
