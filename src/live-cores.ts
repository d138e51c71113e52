import { scanCode } from './features/scan-login/code.ts';
import { shakeMatcher } from './features/shake/matcher.ts';
import { pageMemory } from './http/page-memory.ts';
import type { Actors, MakeCore } from './platform/live/live.ts';

/** Every kind of core: one line each. A home hosts them, and wrangler.toml binds a class of each. */
export const cores = { pages: pageMemory, scanCodes: scanCode, shake: shakeMatcher };

type ActorsOf<Make> =
  Make extends MakeCore<infer Message, infer Answer, infer _Value> ? Actors<Message, Answer> : never;

/** Live state as features see it. */
export type Live = { readonly [Kind in keyof typeof cores]: ActorsOf<(typeof cores)[Kind]> };
