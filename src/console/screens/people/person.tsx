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

/** A person: their account, what may be done with it, and what operators did. */
export const personScreen = ownScreen({
  path: PATHS.person,
  async get(visit) {
    const operation = mayDo(visit, 'users.show') ?? refuse('NOT_ALLOWED');
    const user = visit.url.searchParams.get('user') ?? '';
    const { answer } = await carryOut(visit, operation, { user });
    const sections = await Promise.all([
      listSection(visit, 'groups.find', { user }),
      listSection(visit, 'moments.list', { user }),
      listSection(visit, 'packets.find', { user }, 5),
      listSection(visit, 'transfers.find', { user }, 5),
      auditSection(visit, 'user', user),
    ]);
    const content = (
      <>
        <FactSheet visit={visit} facts={answer} />
        <ActsOn visit={visit} param="user" value={user} besides="users.show" />
        {sections}
      </>
    );
    const name = String(answer['name'] ?? '') || visit.speech.value('user');
    return show(visit, `${name} · ${user}`, content);
  },
});
