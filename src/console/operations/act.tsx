/** @jsxImportSource hono/jsx */
import type { Answered } from '../../http/reply.ts';
import { type ActOperation, isDangerous, type ManyOperation } from '../../operations/operation.ts';
import { carryOut } from '../carry-out.ts';
import { doneAt } from '../flash.ts';
import type { Form } from '../form-body.ts';
import { PostForm } from '../parts/form.tsx';
import { show } from '../parts/show.tsx';
import { ownPath, pageOf } from '../paths.ts';
import { redirect } from '../response.ts';
import { ownScreen } from '../screen.ts';
import { type Trouble, troubleOf } from '../trouble.ts';
import type { OwnVisit } from '../visit.ts';
import { BackLink } from './back-link.tsx';
import { isWaiting, Outcome } from './outcome.tsx';
import { asksTwice, fieldsOf, givenOf, reasonField, takesFile } from './page-fields.ts';
import { Sure } from './sure.tsx';
import { titleOf } from './title.ts';

export type Acting = ActOperation | ManyOperation;
type ValueOf = (name: string) => string | undefined;

/** What a form that is sent twice is known by. */
export const drawKey = ({ call }: OwnVisit) => Buffer.from(call.random.bytes(16)).toString('base64url');

const Ask = ({
  visit,
  operation,
  valueIn,
  trouble,
}: {
  visit: OwnVisit;
  operation: Acting;
  valueIn: ValueOf;
  trouble?: Trouble;
}) => {
  const { speech } = visit;
  const tick = { name: '_sure', label: speech.words.sure, kind: 'flag' } as const;
  return (
    <>
      <p class="about">{speech.about(operation)}</p>
      <PostForm
        visit={visit}
        action={pageOf(operation.name)}
        fields={[
          ...fieldsOf(operation, speech, valueIn),
          ...reasonField(operation, speech, valueIn),
          ...(asksTwice(operation) === 'tick' ? [tick] : []),
        ]}
        button={speech.label(operation)}
        trouble={trouble}
        // What was refused did nothing: once it is mended it is another form.
        hidden={{ _key: drawKey(visit), _back: ownPath(valueIn('_back')) }}
        hasFile={takesFile(operation)}
        isAlone
        isDanger={isDangerous(operation)}
      >
        <BackLink visit={visit} path={valueIn('_back')} />
      </PostForm>
    </>
  );
};

async function doIt(visit: OwnVisit, operation: Acting, form: Form): Promise<Answered> {
  const reason = form.get('reason');
  const given = { ...givenOf(operation, (name) => form.get(name)), ...(reason ? { reason } : {}) };
  const done = await carryOut(visit, operation, given, form.get('_key'));
  const back = ownPath(form.get('_back'));
  const isTold = operation.kind === 'many' || operation.printed !== undefined || isWaiting(done);
  if (back && !isTold) return redirect(visit, doneAt(visit, back, operation, String(done.answer['on'])));
  const title = titleOf(visit.speech, operation);
  return show(visit, title, <Outcome visit={visit} operation={operation} done={done} back={back} />);
}

async function answer(visit: OwnVisit, operation: Acting, form: Form): Promise<Answered> {
  const { speech } = visit;
  const title = titleOf(speech, operation);
  const valueIn = (name: string) => form.get(name);
  const askAgain = (trouble: Trouble) =>
    show(visit, title, <Ask visit={visit} operation={operation} valueIn={valueIn} trouble={trouble} />, {
      status: trouble.status,
      code: trouble.reason,
    });
  try {
    const isSure = form.get('_sure') === 'true';
    if (asksTwice(operation) === 'page' && !isSure)
      return await show(
        visit,
        speech.words.sureTitle,
        <Sure visit={visit} operation={operation} form={form} />,
      );
    if (asksTwice(operation) === 'tick' && !isSure)
      return await askAgain({
        reason: 'INVALID_PARAMETER',
        status: 400,
        text: speech.words.sayThatYouAreSure,
        member: '_sure',
      });
    return await doIt(visit, operation, form);
  } catch (error) {
    return askAgain(troubleOf(visit, error));
  }
}

/** The page of an act: a form of its parameters with a reason, a second question where it is dangerous, the outcome. */
export const actScreen = (operation: Acting) =>
  ownScreen({
    path: pageOf(operation.name),
    get(visit) {
      const valueIn = (name: string) => visit.url.searchParams.get(name) ?? undefined;
      const content = <Ask visit={visit} operation={operation} valueIn={valueIn} />;
      return show(visit, titleOf(visit.speech, operation), content);
    },
    post: (visit, form) => answer(visit, operation, form),
  });
