/** @jsxImportSource hono/jsx */
import { refuse } from '../../../http/failure.ts';
import { listSection } from '../../operations/list-section.tsx';
import { show } from '../../parts/show.tsx';
import { PATHS } from '../../paths.ts';
import { ownScreen } from '../../screen.ts';
import { mayDo } from '../../visit.ts';
import { UploadForm } from '../uploads/form.tsx';

/** Versions of the app: what is offered, a new one from a shop or from a file, and one that is taken back. */
export const releasesScreen = ownScreen({
  path: PATHS.releases,
  async get(visit) {
    if (!mayDo(visit, 'releases.list')) refuse('NOT_ALLOWED');
    const { words } = visit.speech;
    const content = (
      <>
        <p class="about">{words.releasesAbout}</p>
        {mayDo(visit, 'releases.publish') && <UploadForm visit={visit} about={words.uploadRelease} />}
        {await listSection(visit, 'releases.list', {}, 100)}
      </>
    );
    return show(visit, words.releases, content);
  },
});
