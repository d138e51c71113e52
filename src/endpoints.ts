import * as features from './endpoints.generated.ts';
import type { Endpoint } from './http/endpoint.ts';

/** A feature's folder declares its calls in `endpoints.ts`, which exports nothing else. */
type Feature = Readonly<Record<string, Endpoint>>;

const place = ({ no }: Endpoint) => no ?? Number.MAX_SAFE_INTEGER;

/** Every call that the application serves, in the order of the document's listings; calls beyond it come last, by path. */
export const endpoints: readonly Endpoint[] = Object.values(
  features satisfies Readonly<Record<string, Feature>>,
)
  .flatMap((feature) => Object.values<Endpoint>(feature))
  .sort((a, b) => place(a) - place(b) || (a.path < b.path ? -1 : 1));
