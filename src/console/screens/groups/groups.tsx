/** @jsxImportSource hono/jsx */
import { refuse } from '../../../http/failure.ts';
import { Filter, ListTable } from '../../operations/list.tsx';
import { isList, readList } from '../../operations/read-list.ts';
import { show } from '../../parts/show.tsx';
import { linkTo, PATHS } from '../../paths.ts';
import { redirect } from '../../response.ts';
import { ownScreen } from '../../screen.ts';
import { troubleOf } from '../../trouble.ts';
import { mayDo } from '../../visit.ts';

/** Finds groups. Where it is one alone, its page is shown at once. */
export const groupsScreen = ownScreen({
  path: PATHS.groups,
  async get(visit) {
    const { url, speech } = visit;
    const operation = mayDo(visit, 'groups.find');
    if (!isList(operation)) refuse('NOT_ALLOWED');
    const title = speech.words.groups;
    const given = Object.fromEntries(
      ['text', 'user'].flatMap((name) => {
        const value = (url.searchParams.get(name) ?? '').trim();
        return value === '' ? [] : [[name, value] as const];
      }),
    );
    const filter = <Filter visit={visit} operation={operation} action={PATHS.groups} />;
    if (Object.keys(given).length === 0) return show(visit, title, filter);
    try {
      const page = await readList(visit, operation, given, url.searchParams.get('after') ?? undefined);
      const [only] = page.rows;
      if (page.total === 1 && only && mayDo(visit, 'groups.show'))
        return redirect(visit, linkTo(PATHS.group, { group: String(only['group']) }));
      const content = (
        <>
          {filter}
          <ListTable visit={visit} operation={operation} page={page} given={given} />
        </>
      );
      return await show(visit, title, content);
    } catch (error) {
      const trouble = troubleOf(visit, error);
      const content = <Filter visit={visit} operation={operation} action={PATHS.groups} trouble={trouble} />;
      return show(visit, title, content, { status: trouble.status, code: trouble.reason });
    }
  },
});
