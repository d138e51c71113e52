/** @jsxImportSource hono/jsx */
import { refuse } from '../../../http/failure.ts';
import { ListTable } from '../../operations/list.tsx';
import { isList, readList } from '../../operations/read-list.ts';
import { Bad } from '../../parts/message.tsx';
import { show } from '../../parts/show.tsx';
import { linkTo, PATHS } from '../../paths.ts';
import { redirect } from '../../response.ts';
import { ownScreen } from '../../screen.ts';
import { troubleOf } from '../../trouble.ts';
import { mayDo } from '../../visit.ts';
import { FindPerson } from './find-person.tsx';

/** Finds people. Where it is one alone, their page is shown at once. */
export const peopleScreen = ownScreen({
  path: PATHS.people,
  async get(visit) {
    const { url, speech } = visit;
    const operation = mayDo(visit, 'users.find');
    if (!isList(operation)) refuse('NOT_ALLOWED');
    const text = (url.searchParams.get('text') ?? '').trim();
    if (text === '') return show(visit, speech.words.people, <FindPerson visit={visit} text="" hasFocus />);
    try {
      const page = await readList(visit, operation, { text }, url.searchParams.get('after') ?? undefined);
      const [only] = page.rows;
      if (page.total === 1 && only && mayDo(visit, 'users.show'))
        return redirect(visit, linkTo(PATHS.person, { user: String(only['user']) }));
      const content = (
        <>
          <FindPerson visit={visit} text={text} hasFocus={page.rows.length === 0} />
          <ListTable visit={visit} operation={operation} page={page} given={{ text }} />
        </>
      );
      return await show(visit, speech.words.people, content);
    } catch (error) {
      const trouble = troubleOf(visit, error);
      const content = (
        <>
          <Bad trouble={trouble} />
          <FindPerson visit={visit} text={text} hasFocus />
        </>
      );
      return show(visit, speech.words.people, content, { status: trouble.status, code: trouble.reason });
    }
  },
});
