import { scanCode } from './features/scan-login/code.ts';
import { shakeMatcher } from './features/shake/matcher.ts';
import { pageMemory } from './http/page-memory.ts';

/** Every kind of core: one line each. A home hosts them, and wrangler.toml binds a class of each. */
export const cores = { pages: pageMemory, scanCodes: scanCode, shake: shakeMatcher };
