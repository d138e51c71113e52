import { messageOf } from '../../core/message-of.ts';
import type { Automaton } from '../../core/words/automaton.ts';
import { hardestOf, masked, wordsIn } from '../../core/words/find.ts';
import type { Screened, Screening, ScreeningPorts, ShownText } from '../../http/screening.ts';
import { queuing } from '../reviews/queue.ts';
import { loadWords } from './compile.ts';
import { countingHits } from './hits.ts';
import { standingOf } from './stored.ts';

/** How long a list may take to load: one that was cut off meanwhile is begun once more. */
const LOADING_MS = 30_000;
/** How long it is believed that a list still stands: a change of it is heeded everywhere after so long. */
const LOOK_MS = 5000;

/** What is found in texts with an automaton; undefined where nothing is. */
function found(
  ports: ScreeningPorts,
  automaton: Automaton,
  texts: readonly ShownText[],
): Screened | undefined {
  const each = texts.map(({ scope, text }) => wordsIn(automaton, scope, text));
  const all = each.flat();
  if (all.length === 0) return undefined;
  const actions = each.map(hardestOf);
  const refused = actions.indexOf('refuse');
  return {
    texts: texts.map(({ text }, i) => masked(text, each[i] ?? [])),
    refused,
    async note(written) {
      const unsure = refused < 0 ? actions.flatMap((action, i) => (action === 'review' ? [i] : [])) : [];
      await ports.db.write({
        hits: countingHits(ports, all),
        queued: unsure.flatMap((i) => {
          const shown = texts[i];
          const cause = (each[i] ?? []).map(({ word }) => word).join(', ');
          return shown ? [queuing(ports, shown, written, cause)] : [];
        }),
      });
    },
  };
}

/** The words of a list, as one process or isolate knows them. */
class KnownWords {
  private version = '';
  private automaton: Automaton | undefined;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private loading = '';
  private loadingSince = Number.NEGATIVE_INFINITY;
  /** Whether a list was read, or that there is none. */
  private isKnown = false;
  private first: Promise<void> | undefined;
  private readonly isLasting: boolean;

  constructor(isLasting: boolean) {
    this.isLasting = isLasting;
  }

  /** Whether it is known that there is nothing to look for. */
  isIdle(now: number): boolean {
    return this.isKnown && this.automaton === undefined && now - this.lookedAt < LOOK_MS;
  }

  async current(ports: ScreeningPorts): Promise<Automaton | undefined> {
    if (!this.isKnown || ports.clock.now() - this.lookedAt >= LOOK_MS) await this.look(ports);
    return this.automaton;
  }

  /** @param waits for a list that another one serves for meanwhile */
  async look(ports: ScreeningPorts, waits = false): Promise<void> {
    const { version, compiled } = await standingOf(ports.db);
    const now = ports.clock.now();
    // Where bytes are laid ready, the list before serves until they are.
    const wanted = ports.ownFiles && compiled !== '' ? compiled : version;
    // Before the first list is there, everybody who comes looks and waits.
    if (wanted !== this.version && this.version === '') await this.loadFirst(ports, wanted);
    this.isKnown = true;
    this.lookedAt = now;
    if (wanted === this.version) return;
    if (waits) return this.load(ports, wanted);
    if (wanted === this.loading && now - this.loadingSince < LOADING_MS) return;
    ports.later(this.load(ports, wanted).catch((error: unknown) => this.failed(ports, error)));
  }

  /** Nobody writes before the first list is there. Where many calls come, all wait for the same. */
  private async loadFirst(ports: ScreeningPorts, wanted: string): Promise<void> {
    // What does I/O for one request of a Worker cannot serve another.
    if (!this.isLasting) return this.load(ports, wanted);
    this.first ??= this.load(ports, wanted).finally(() => {
      this.first = undefined;
    });
    return this.first;
  }

  private async load(ports: ScreeningPorts, version: string): Promise<void> {
    this.loading = version;
    this.loadingSince = ports.clock.now();
    const automaton = await loadWords(ports, version);
    // A later list may have come first.
    if (this.loading !== version) return;
    this.automaton = automaton.size === 1 ? undefined : automaton;
    this.version = version;
    this.loading = '';
  }

  private failed({ log }: ScreeningPorts, error: unknown): void {
    this.loading = '';
    this.lookedAt = Number.NEGATIVE_INFINITY;
    log.error('words not loaded', { error: messageOf(error) });
  }
}

/**
 * Looks for the words of operators' lists. It reads the database every few seconds, and the words when they change.
 * @param isLasting whether what serves one call may serve another: so it is in a process, and not on a Worker
 */
export function createScreening(isLasting: boolean): Screening {
  const known = new KnownWords(isLasting);
  return {
    renew: (ports) => known.look(ports, true),
    screen(ports, texts) {
      if (known.isIdle(ports.clock.now())) return undefined;
      return known.current(ports).then((automaton) => automaton && found(ports, automaton, texts));
    },
  };
}
