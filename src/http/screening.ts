import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/id-maker.ts';
import type { Log } from '../core/log.ts';
import { messageOf } from '../core/message-of.ts';
import type { Random } from '../core/random.ts';
import type { Settings } from '../core/settings.ts';
import type { TextScope } from '../core/words/scopes.ts';
import type { Db } from '../platform/database/db.ts';
import type { OwnFiles } from '../platform/files/own-files.ts';
import type { Keys } from '../platform/keys/keys.ts';

/** A text that others will see. */
export interface ShownText {
  readonly scope: TextScope;
  readonly text: string;
}

/** Whose texts they are, and the numbers that lead to them. */
export interface Written {
  readonly user: number | null;
  readonly place: Readonly<Record<string, string | number>>;
}

/** What was found in some texts. */
export interface Screened {
  /** The texts as they may be stored, in their order. */
  readonly texts: readonly string[];
  /** Which of them must not be written; -1 where none. */
  readonly refused: number;
  /** Notes what was found: counts it, and has an operator look at what was written. Of a refusal it only counts. */
  note(written: Written): Promise<void>;
}

/** What a look at texts needs. */
export interface ScreeningPorts {
  readonly config: Settings;
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly keys: Keys;
  readonly log: Log;
  readonly ownFiles: OwnFiles | undefined;
  later(work: Promise<unknown>): void;
}

/** Looks at texts before they are written. */
export interface Screening {
  /** Heeds at once, here, what has changed of what is looked for. */
  renew(ports: ScreeningPorts): Promise<void>;
  /** Undefined, at once, where there is nothing to look for; and where nothing is found. */
  screen(ports: ScreeningPorts, texts: readonly ShownText[]): Promise<Screened | undefined> | undefined;
}

/** Notes what was found, and lets nobody's call fail for it. */
export async function noteScreened(
  { log }: Pick<ScreeningPorts, 'log'>,
  screened: Screened,
  written: Written,
): Promise<void> {
  await screened
    .note(written)
    .catch((error: unknown) => log.error('what was found is not noted', { error: messageOf(error) }));
}
