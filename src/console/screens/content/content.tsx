/** @jsxImportSource hono/jsx */
import { refuse } from '../../../http/failure.ts';
import { AskSection } from '../../operations/ask-section.tsx';
import { listSection } from '../../operations/list-section.tsx';
import { Ways } from '../../operations/ways.tsx';
import { show } from '../../parts/show.tsx';
import { PATHS } from '../../paths.ts';
import { ownScreen } from '../../screen.ts';
import { mayDo } from '../../visit.ts';

/** What people have written: complaints about it, a message or a moment by its number, and files that must go. */
export const contentScreen = ownScreen({
  path: PATHS.content,
  async get(visit) {
    if (!mayDo(visit, 'messages.show')) refuse('NOT_ALLOWED');
    const { words } = visit.speech;
    const content = (
      <>
        <p class="about">{words.contentAbout}</p>
        <Ways
          visit={visit}
          names={[
            'files.remove',
            'files.restore',
            'files.restore-all',
            'takedowns.note',
            'takedowns.message',
          ]}
        />
        <div>
          {['messages.show', 'moments.show', 'messages.list', 'moments.list'].map((name) => (
            <AskSection visit={visit} name={name} />
          ))}
        </div>
        {await listSection(visit, 'reports.reported')}
        {await listSection(visit, 'takedowns.list')}
      </>
    );
    return show(visit, words.content, content);
  },
});
