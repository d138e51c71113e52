/** @jsxImportSource hono/jsx */
import { ListTable } from '../../operations/list.tsx';
import { readLists } from '../../operations/read-list.ts';
import { show } from '../../parts/show.tsx';
import { PATHS, pageOf } from '../../paths.ts';
import { queuesOf } from '../../queues.ts';
import { ownScreen } from '../../screen.ts';

/** So many rows of each queue stand on the page of all. */
const SHOWN = 10;

/** What waits, of every kind that this operator may see: the oldest of each, and a way to all of it. */
export const queuesScreen = ownScreen({
  path: PATHS.queues,
  async get(visit) {
    const { speech } = visit;
    const { words } = speech;
    const queues = await readLists(visit, queuesOf(visit));
    const sections = queues.map(({ operation, page }) => {
      const subject = speech.subject(operation.name.slice(0, operation.name.indexOf('.')));
      const more = page.total > SHOWN && <a href={pageOf(operation.name)}>{words.showAll(page.total)}</a>;
      const rows = page.rows.slice(0, SHOWN);
      return (
        <section>
          <h2>
            <a href={pageOf(operation.name)}>{subject}</a> <span class="count">{page.total}</span>
          </h2>
          <ListTable visit={visit} operation={operation} page={{ ...page, rows, next: null }} isPart />
          {more && <p class="ways">{more}</p>}
        </section>
      );
    });
    const content = sections.length > 0 ? sections : <p class="nothing">{words.noQueues}</p>;
    return show(visit, words.queues, content);
  },
});
