/** @jsxImportSource hono/jsx */
import { refuse } from '../../../http/failure.ts';
import { carryOut } from '../../carry-out.ts';
import { auditSection, listSection } from '../../operations/list-section.tsx';
import { ActsOn } from '../../parts/acts-on.tsx';
import { FactSheet } from '../../parts/facts.tsx';
import { show } from '../../parts/show.tsx';
import { PATHS } from '../../paths.ts';
import { ownScreen } from '../../screen.ts';
import { mayDo } from '../../visit.ts';

/** A group: what it is, who is in it, what was written in it, what may be done, and what operators did. */
export const groupScreen = ownScreen({
  path: PATHS.group,
  async get(visit) {
    const operation = mayDo(visit, 'groups.show') ?? refuse('NOT_ALLOWED');
    const group = visit.url.searchParams.get('group') ?? '';
    const { answer } = await carryOut(visit, operation, { group });
    const sections = await Promise.all([
      listSection(visit, 'groups.members', { group }),
      listSection(visit, 'messages.list', { group }),
      auditSection(visit, 'group', group),
    ]);
    const content = (
      <>
        <FactSheet visit={visit} facts={answer} />
        <ActsOn visit={visit} param="group" value={group} besides="groups.show" />
        {sections}
      </>
    );
    return show(visit, `${String(answer['name'] ?? '')} · ${group}`, content);
  },
});
