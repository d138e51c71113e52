/** @jsxImportSource hono/jsx */
import { refuse } from '../../../http/failure.ts';
import { AskSection } from '../../operations/ask-section.tsx';
import { listSection } from '../../operations/list-section.tsx';
import { show } from '../../parts/show.tsx';
import { PATHS } from '../../paths.ts';
import { ownScreen } from '../../screen.ts';
import { mayDo } from '../../visit.ts';
import { UploadForm } from '../uploads/form.tsx';

/** What is sold, and for how much: group levels, gifts, kinds of numbers, numbers, and who changed what. */
export const catalogueScreen = ownScreen({
  path: PATHS.catalogue,
  async get(visit) {
    if (!mayDo(visit, 'levels.list')) refuse('NOT_ALLOWED');
    const { words } = visit.speech;
    const lists = await Promise.all([
      listSection(visit, 'levels.list'),
      listSection(visit, 'gifts.list'),
      listSection(visit, 'number-types.list'),
    ]);
    const content = (
      <>
        <p class="about">{words.catalogueAbout}</p>
        {lists}
        <div>
          <AskSection visit={visit} name="numbers.list" />
          <AskSection visit={visit} name="catalogue.history" />
          {mayDo(visit, 'gifts.add') && <UploadForm visit={visit} about={words.uploadPicture} />}
        </div>
        {await listSection(visit, 'numbers.list', {}, 10)}
      </>
    );
    return show(visit, words.catalogue, content);
  },
});
