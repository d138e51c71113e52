import { messageOf } from '../../core/message-of.ts';
import { Problem } from '../../core/problem.ts';
import type { Settings } from '../../core/settings.ts';
import { serverUrl } from './libsql-pipeline.ts';

/** How long a server may say nothing in the middle of its dump. */
const SILENCE_MS = 120_000;

type Server = Pick<Settings, 'DATABASE_URL' | 'DATABASE_AUTH_TOKEN'>;

/** Answers that say: there is none, for this caller. Others may be another one the next time. */
const NEVER = (status: number) =>
  (status >= 400 && status < 500 && status !== 408 && status !== 429) || status === 501;

/** A server that gives no dump of its database. */
export class NoDump extends Problem {
  override readonly name = 'NoDump';
  readonly status: number;
  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
  /** Whether it will not give one the next time either. */
  get isLasting(): boolean {
    return NEVER(this.status);
  }
}

function refusal(status: number): NoDump {
  const why: Readonly<Record<number, string>> = {
    401: 'DATABASE_AUTH_TOKEN is not accepted',
    403: 'DATABASE_AUTH_TOKEN does not allow it',
    404: 'it knows no /dump, as sqld and Turso do',
  };
  return new NoDump(
    status,
    `The database’s server gives no dump of it (HTTP ${status}${why[status] ? `: ${why[status]}` : ''}). No backup was made.`,
  );
}

const brokenOff = (cause: unknown) =>
  new Problem(`The dump broke off (${messageOf(cause)}). No backup was made: try again.`, { cause });

/**
 * One state of a remote database as SQL text, as its server writes it (`GET /dump`). Throws `NoDump` where it does
 * not, and `Problem` where it stops in the middle.
 */
export async function* remoteDump(settings: Server): AsyncGenerator<Uint8Array> {
  const token = settings.DATABASE_AUTH_TOKEN;
  const control = new AbortController();
  const late = () => control.abort(new Error('the server said nothing more'));
  let timer = setTimeout(late, SILENCE_MS);
  try {
    const response = await fetch(`${serverUrl(settings.DATABASE_URL)}/dump`, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
      signal: control.signal,
    }).catch((cause: unknown) => {
      throw brokenOff(cause);
    });
    if (!response.ok || !response.body) throw refusal(response.status);
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw brokenOff(cause);
      });
      if (done) return;
      clearTimeout(timer);
      yield value;
      timer = setTimeout(late, SILENCE_MS);
    }
  } finally {
    clearTimeout(timer);
    control.abort();
  }
}
