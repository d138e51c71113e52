import { BoundedMap } from '../core/bounded.ts';
import type { Call } from './call.ts';
import type { Envelope } from './reply.ts';

interface KeptAnswer {
  readonly envelope: Envelope;
  readonly until: number;
}

/** Answers kept for one endpoint, for anybody can ask for one more. */
const CAPACITY = 200;
const MAX_KEY_LENGTH = 200;

export interface Kept {
  /** The answer to the same address, unless it is too old. */
  find(call: Call): Envelope | undefined;
  keep(call: Call, envelope: Envelope): void;
}

/**
 * The last answers of an open endpoint whose reply follows from its parameters alone, so that what every app asks
 * for when it starts is not looked up each time.
 * @param milliseconds how old an answer may be
 */
export function keptAnswers(milliseconds: number): Kept {
  const answers = new BoundedMap<string, KeptAnswer>(CAPACITY);
  return {
    find({ request, clock }) {
      if (request.method !== 'GET') return undefined;
      const found = answers.get(request.url);
      return found && found.until > clock.now() ? found.envelope : undefined;
    },
    keep({ request, clock }, envelope) {
      if (request.method !== 'GET' || request.url.length > MAX_KEY_LENGTH) return;
      answers.set(request.url, { envelope, until: clock.now() + milliseconds });
    },
  };
}
