/** @jsxImportSource hono/jsx */
import { refuse } from '../../../http/failure.ts';
import { readGiven } from '../../../operations/run.ts';
import { carryOut } from '../../carry-out.ts';
import type { Form } from '../../form-body.ts';
import { drawKey } from '../../operations/act.tsx';
import { listSection } from '../../operations/list-section.tsx';
import { fieldsOf, givenOf, reasonField } from '../../operations/page-fields.ts';
import { PostForm } from '../../parts/form.tsx';
import { show } from '../../parts/show.tsx';
import { PATHS, pageOf } from '../../paths.ts';
import { ownScreen } from '../../screen.ts';
import { type Trouble, troubleOf } from '../../trouble.ts';
import { mayDo, type OwnVisit } from '../../visit.ts';

interface Written {
  readonly visit: OwnVisit;
  readonly valueIn: (name: string) => string | undefined;
  readonly trouble?: Trouble | undefined;
}

/** What is to be said, to whom, and why. */
const Write = ({ visit, valueIn, trouble }: Written) => {
  const operation = mayDo(visit, 'announcements.send');
  if (!operation || !mayDo(visit, 'announcements.preview')) return null;
  const { speech } = visit;
  const fields = [...fieldsOf(operation, speech, valueIn), ...reasonField(operation, speech, valueIn)];
  return (
    <>
      <p class="about">{speech.words.announcementsAbout}</p>
      <PostForm
        visit={visit}
        action={PATHS.announcements}
        fields={fields}
        button={speech.words.preview}
        trouble={trouble}
        hasFile
      />
    </>
  );
};

const page = async (written: Written) => {
  const { visit, trouble } = written;
  const content = (
    <>
      <Write {...written} />
      {await listSection(visit, 'announcements.list', {}, 100)}
    </>
  );
  const answering = trouble ? { status: trouble.status, code: trouble.reason } : {};
  return show(visit, visit.speech.words.announcements, content, answering);
};

/** What it will say, for how many people, and the button that says it. Throws `Refused` where it would be refused. */
async function preview(visit: OwnVisit, form: Form) {
  const operation = mayDo(visit, 'announcements.send') ?? refuse('NOT_ALLOWED');
  const looking = mayDo(visit, 'announcements.preview') ?? refuse('NOT_ALLOWED');
  const { speech } = visit;
  const { words } = speech;
  const valueIn = (name: string) => form.get(name);
  const reason = form.get('reason') ?? '';
  readGiven(operation, { ...givenOf(operation, valueIn), ...(reason ? { reason } : {}) });
  const { answer } = await carryOut(visit, looking, givenOf(looking, valueIn));
  const given = Object.fromEntries(['to', 'text', 'users', 'push'].map((name) => [name, form.get(name)]));
  const hidden = { ...given, reason, _sure: 'true', _key: drawKey(visit), _back: PATHS.announcements };
  const content = (
    <>
      <p class="sealed">{words.wouldReach(Number(answer['people']))}</p>
      <blockquote class="said">{String(answer['text'])}</blockquote>
      <dl class="facts">
        <div>
          <dt>{speech.member('to', 'announcements')}</dt>
          <dd>{speech.value(form.get('to') ?? '')}</dd>
        </div>
        <div>
          <dt>{speech.member('push')}</dt>
          <dd>{form.get('push') === 'true' ? words.yes : words.no}</dd>
        </div>
        <div>
          <dt>{words.reason}</dt>
          <dd>{reason}</dd>
        </div>
      </dl>
      <PostForm
        visit={visit}
        action={pageOf('announcements.send')}
        fields={[]}
        hidden={hidden}
        button={words.sendIt}
        isDanger
        isAlone
      />
      <PostForm
        visit={visit}
        action={PATHS.announcements}
        fields={[]}
        hidden={{ ...given, reason, _again: 'true' }}
        button={words.changeIt}
      />
    </>
  );
  return show(visit, words.preview, content);
}

/** Announcements: what was said and how many have got it, and a new one, which is looked at before it is sent. */
export const announcementsScreen = ownScreen({
  path: PATHS.announcements,
  async get(visit) {
    if (!mayDo(visit, 'announcements.list')) refuse('NOT_ALLOWED');
    return page({ visit, valueIn: () => undefined });
  },
  async post(visit, form) {
    if (!mayDo(visit, 'announcements.send')) refuse('NOT_ALLOWED');
    const valueIn = (name: string) => form.get(name);
    if (form.get('_again') === 'true') return page({ visit, valueIn });
    try {
      return await preview(visit, form);
    } catch (error) {
      return page({ visit, valueIn, trouble: troubleOf(visit, error) });
    }
  },
});
