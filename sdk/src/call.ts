/** What the client must know of a call of the server. */
export interface Call {
  readonly path: string;
  /** Codes of success, where they are others than 1 alone. */
  readonly codes?: readonly string[];
  readonly isUpload?: boolean;
  /** Whether it may be repeated after a lost line: under an Idempotency-Key, or in any case. */
  readonly repeat?: 'keyed' | 'harmless';
  readonly refusesAsSuccess?: boolean;
}

type Value = string | number | boolean | readonly string[] | undefined;
export type Params = Readonly<Record<string, Value>>;

/** Parameters as the body of a request. Lists go out as the text that the server takes. */
export function bodyOf(params: Params): string {
  const entries = Object.entries(params).filter(([, value]) => value !== undefined);
  return JSON.stringify(
    Object.fromEntries(
      entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
    ),
  );
}
