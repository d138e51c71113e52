/** @jsxImportSource hono/jsx */
import { isList, readList, readLists } from '../../operations/read-list.ts';
import { show } from '../../parts/show.tsx';
import { linkTo, PATHS, pageOf } from '../../paths.ts';
import { queuesOf } from '../../queues.ts';
import { redirect } from '../../response.ts';
import { ownScreen } from '../../screen.ts';
import { mayDo, type OwnVisit } from '../../visit.ts';
import { FindPerson } from '../people/find-person.tsx';
import { Charts } from './charts.tsx';

export const homeScreen = ownScreen({
  path: PATHS.home,
  async get(visit) {
    return redirect(visit, PATHS.today);
  },
});

/** The daily figures, where this server keeps them and the role may see them. */
async function figures(visit: OwnVisit) {
  const operation = mayDo(visit, 'figures.list');
  if (!isList(operation)) return null;
  const { rows } = await readList(visit, operation);
  return rows.length === 0 ? null : <Charts visit={visit} operation={operation} rows={rows} />;
}

/** What waits for this operator, and how the server fares. */
export const todayScreen = ownScreen({
  path: PATHS.today,
  async get(visit) {
    const { speech, self } = visit;
    const { words } = speech;
    const [queues, charts] = await Promise.all([readLists(visit, queuesOf(visit)), figures(visit)]);
    const content = (
      <>
        <p class="about">
          {words.greeting(self.name)}
          {queues.every(({ page }) => page.total === 0) && queues.length > 0 && ` · ${words.nothingWaits}`}
        </p>
        {mayDo(visit, 'users.find') && <FindPerson visit={visit} text="" />}
        <ul class="cards">
          {queues.map(({ operation, page }) => (
            <li>
              <a class={page.total > 0 ? 'card some' : 'card'} href={linkTo(pageOf(operation.name), {})}>
                <strong>{page.total}</strong>
                <span>
                  {speech.subject(operation.name.slice(0, operation.name.indexOf('.')))} {words.waiting}
                </span>
              </a>
            </li>
          ))}
        </ul>
        {charts}
      </>
    );
    return show(visit, words.today, content);
  },
});
