import type { ActorsOf, Core, MakeCore, Port } from '../platform/live/live.ts';

/** How long the first page of a list is remembered. */
export const MEMORY_MS = 30 * 60 * 1000;
/** Lists of one session at most; of more, that which was opened longest ago is forgotten. */
const MOST_LISTS = 32;

/** `open`: the first page of a list was shown, from `top` on. `resume`: where did it begin? */
export type PageMessage =
  | { readonly do: 'open'; readonly list: string; readonly top: number }
  | { readonly do: 'resume'; readonly list: string };

/** Where the first page began; null where that is not known (any more). */
export interface PageAnswer {
  readonly top: number | null;
}

export interface OpenList {
  readonly top: number;
  readonly until: number;
}

/** Remembers where the lists of one session began when it looked at their first pages. */
class PageMemory implements Core<PageMessage, PageAnswer> {
  private readonly port: Port<OpenList>;
  constructor(port: Port<OpenList>) {
    this.port = port;
  }

  handle(message: PageMessage): PageAnswer {
    return message.do === 'open' ? this.open(message.list, message.top) : this.resume(message.list);
  }

  private open(list: string, top: number): PageAnswer {
    const { kv, now, setAlarm } = this.port;
    const lists = [...kv.list('')].toSorted(([, one], [, other]) => one.until - other.until);
    const [oldest] = lists;
    if (oldest && lists.length >= MOST_LISTS && !kv.get(list)) kv.delete(oldest[0]);
    // The alarm of an earlier list rings first, and sets the next.
    if (!oldest) setAlarm(now() + MEMORY_MS + 1);
    kv.put(list, { top, until: now() + MEMORY_MS });
    return { top };
  }

  private resume(list: string): PageAnswer {
    const open = this.port.kv.get(list);
    return { top: open && this.port.now() <= open.until ? open.top : null };
  }

  onAlarm(): void {
    const { kv, now, setAlarm } = this.port;
    const [passed, left] = [[] as string[], [] as number[]];
    for (const [list, { until }] of kv.list('')) {
      if (until < now()) passed.push(list);
      else left.push(until);
    }
    for (const list of passed) kv.delete(list);
    if (left.length > 0) setAlarm(Math.min(...left) + 1);
  }
}

export const pageMemory: MakeCore<PageMessage, PageAnswer, OpenList> = (port) => new PageMemory(port);

declare module '../platform/live/live.ts' {
  interface Live {
    readonly pages: ActorsOf<typeof pageMemory>;
  }
}
