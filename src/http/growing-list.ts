import { messageOf } from '../core/message-of.ts';
import type { CallerHttpCall } from './context.ts';
import type { PageMessage } from './page-memory.ts';
import { PAGE_SIZE, pageBounds } from './paging.ts';
import { integer, optional } from './params.ts';

/** Beyond every id and time: the list as it is now. */
const NOW = Number.MAX_SAFE_INTEGER;

/** The parameter of a list whose newest entry comes first. */
export const anchor = (of = '第 1 页第一条的 id') =>
  optional(
    integer(`翻页起点：${of}。传入后新增的内容不影响翻页；不传时服务器记住最近一次第 1 页 30 分钟`, 1, NOW),
  );

export interface GrowingList {
  /** Names the list among those of the session: the path, and whose list it is. */
  readonly list: string;
  readonly pageNo: number;
  readonly anchor: number | undefined;
}

export interface Front {
  /** Values of a page's query; `upTo` is the number or time of the newest entry that counts. */
  readonly bounds: { readonly limit: number; readonly offset: number; readonly upTo: number };
  /** Remembers where a first page began. @param tops the numbers or times of its entries */
  keep(tops: readonly number[]): Promise<void>;
}

/**
 * Where a page begins in a list that grows at its front. Later pages go on from the list as it was when the session
 * looked at its first. So nothing is shown twice because something new has come. That is what the client's `anchor`
 * says, else what is remembered for 30 minutes; else the page is one of the list as it is now.
 */
export async function frontOf(context: CallerHttpCall, wanted: GrowingList): Promise<Front> {
  const { list, pageNo, anchor } = wanted;
  const ask = async (message: PageMessage): Promise<number | null> => {
    try {
      const { top } = await context.live.pages.send(String(context.caller.sessionId), message);
      return top;
    } catch (error) {
      // A list is shown all the same, as it is now.
      context.log.error('page memory failed', {
        error: messageOf(error),
      });
      return null;
    }
  };
  const isFirst = pageNo === 1;
  const resumed = anchor === undefined && !isFirst ? await ask({ do: 'resume', list }) : null;
  return {
    bounds: { ...pageBounds(pageNo), upTo: anchor ?? resumed ?? NOW },
    async keep([top, ...rest]) {
      // A list that ends on its first page has no other.
      const hasMore = isFirst && anchor === undefined && rest.length === PAGE_SIZE - 1;
      if (hasMore && top !== undefined) await ask({ do: 'open', list, top });
    },
  };
}
