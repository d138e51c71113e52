import { workThrough } from '../../core/work-through.ts';
/** What a phone shows, and what its app gets with it. */
export interface PushNotice {
  readonly title: string;
  readonly body: string;
  /** A newer notice of the same conversation takes the older one's place. */
  readonly conversation: string;
  readonly data: Readonly<Record<string, string>>;
}

/** `gone`: the token is dead and must be forgotten. `refused`: trying again would not help. */
export type PushOutcome = 'sent' | 'gone' | 'retry' | 'refused';

/** Sends notices to devices by their tokens. Every adapter passes `test/platform/push/push.test.ts`. */
export interface PushProvider {
  /** How many tokens one request carries. */
  readonly perRequest: number;
  /**
   * Sends one notice to many devices; never throws.
   * @returns an outcome for each token, in order
   */
  send(notice: PushNotice, tokens: readonly string[]): Promise<readonly PushOutcome[]>;
}

export const PUSH_PROVIDERS = ['jpush', 'fcm', 'apns', 'timpush'] as const;
export type PushProviderName = (typeof PUSH_PROVIDERS)[number];

/** The providers that are configured, the preferred one first. */
export type Push = ReadonlyMap<PushProviderName, PushProvider>;

/** How long a phone that is off may wait for a notice, in seconds. */
export const PUSH_LIFE_SECONDS = 86_400;
const TIMEOUT_MS = 8000;

export interface PushReply {
  readonly status: number;
  readonly text: string;
}

/** Posts to a provider; throws when there is no answer in time. */
export async function postPush(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  http: typeof fetch = fetch,
  options: RequestInit = {},
): Promise<PushReply> {
  const response = await http(url, {
    ...options,
    method: 'POST',
    headers: { ...headers },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return { status: response.status, text: await response.text() };
}

/** Too many, or a fault of theirs: later it may work. */
export const isPassing = (status: number): boolean => status === 429 || status >= 500;

const PARALLEL = 6;

/** Sends to each token, six at a time; what is thrown counts as `retry`. */
export const toEach = (
  tokens: readonly string[],
  send: (token: string) => Promise<PushOutcome>,
): Promise<PushOutcome[]> =>
  workThrough(tokens, PARALLEL, (token) => send(token).catch(() => 'retry' as const));

/** Sends to many tokens, `most` at a time; where `send` throws, all of those count as `retry`. */
export async function toMany(
  tokens: readonly string[],
  most: number,
  send: (some: readonly string[]) => Promise<readonly PushOutcome[]>,
): Promise<PushOutcome[]> {
  const outcomes: PushOutcome[] = [];
  for (let i = 0; i < tokens.length; i += most) {
    const some = tokens.slice(i, i + most);
    outcomes.push(...(await send(some).catch(() => some.map(() => 'retry' as const))));
  }
  return outcomes;
}

/** A reply's JSON; undefined where it is none. */
export function pushJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
