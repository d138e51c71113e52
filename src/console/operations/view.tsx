/** @jsxImportSource hono/jsx */
import type { Answered } from '../../http/reply.ts';
import { described } from '../../operations/describe.ts';
import type { ViewOperation } from '../../operations/operation.ts';
import { carryOut } from '../carry-out.ts';
import type { Form } from '../form-body.ts';
import { ActsOn } from '../parts/acts-on.tsx';
import { AnswersTo } from '../parts/answers-to.tsx';
import { FactSheet } from '../parts/facts.tsx';
import { PostForm } from '../parts/form.tsx';
import { show } from '../parts/show.tsx';
import { ownPath, pageOf } from '../paths.ts';
import { download } from '../response.ts';
import { ownScreen } from '../screen.ts';
import { type Trouble, troubleOf } from '../trouble.ts';
import type { OwnVisit } from '../visit.ts';
import { BackLink } from './back-link.tsx';
import { csvName } from './csv.ts';
import { fieldsOf, givenOf, reasonField } from './page-fields.ts';
import { titleOf } from './title.ts';

interface Asked {
  readonly visit: OwnVisit;
  readonly operation: ViewOperation;
  readonly valueIn: (name: string) => string | undefined;
  readonly trouble?: Trouble;
}

/** What may be done to what is shown: the operations of its subject whose one operand it is. */
const ActsOnShown = ({ visit, operation, valueIn }: Omit<Asked, 'trouble'>) => {
  const [param] = operation.operands ?? [];
  const on = param === undefined ? undefined : valueIn(param);
  if (param === undefined || on === undefined) return null;
  return <ActsOn visit={visit} param={param} value={on} besides={operation.name} />;
};

const isFile = ({ printed }: ViewOperation) => printed === 'csv';

const Ask = ({ visit, operation, valueIn, trouble }: Asked) => {
  const { speech } = visit;
  const { words } = speech;
  return (
    <>
      <p class="about">{speech.about(operation)}</p>
      {operation.unseals && <p class="sealed">{words.sealedAbout}</p>}
      <PostForm
        visit={visit}
        action={pageOf(operation.name)}
        fields={[...fieldsOf(operation, speech, valueIn), ...reasonField(operation, speech, valueIn)]}
        button={isFile(operation) ? words.download : words.show}
        trouble={trouble}
        hidden={{ _back: ownPath(valueIn('_back')) }}
        isBoosted={!isFile(operation)}
        isAlone
      >
        <BackLink visit={visit} path={valueIn('_back')} />
      </PostForm>
    </>
  );
};

async function answer(
  visit: OwnVisit,
  operation: ViewOperation,
  valueIn: Asked['valueIn'],
): Promise<Answered> {
  const { call, speech } = visit;
  const title = titleOf(speech, operation);
  const reason = valueIn('reason');
  try {
    const given = { ...givenOf(operation, valueIn), ...(reason ? { reason } : {}) };
    const { answer: facts } = await carryOut(visit, operation, given);
    const text = operation.printed === undefined ? undefined : facts[operation.printed];
    if (isFile(operation) && typeof text === 'string')
      return download(visit, text, csvName(operation.name, call.clock.now()));
    const content = (
      <>
        <FactSheet visit={visit} facts={facts} />
        <ActsOnShown visit={visit} operation={operation} valueIn={valueIn} />
        {operation.name === 'reports.show' && <AnswersTo visit={visit} facts={facts} />}
        <p class="ways">
          <BackLink visit={visit} path={valueIn('_back')} />
        </p>
      </>
    );
    return await show(visit, title, content);
  } catch (error) {
    const trouble = troubleOf(visit, error);
    const content = <Ask visit={visit} operation={operation} valueIn={valueIn} trouble={trouble} />;
    return show(visit, title, content, { status: trouble.status, code: trouble.reason });
  }
}

/** The page of a view. What opens a seal is asked for with a form, and a reason; all else is shown at once. */
export const viewScreen = (operation: ViewOperation) =>
  ownScreen({
    path: pageOf(operation.name),
    async get(visit) {
      const valueIn = (name: string) => visit.url.searchParams.get(name) ?? undefined;
      const isGiven = described(operation).params.every(
        ({ name, isOptional }) => isOptional || valueIn(name) !== undefined,
      );
      if (!operation.unseals && isGiven) return answer(visit, operation, valueIn);
      const content = <Ask visit={visit} operation={operation} valueIn={valueIn} />;
      return show(visit, titleOf(visit.speech, operation), content);
    },
    post: (visit, form: Form) => answer(visit, operation, (name) => form.get(name)),
  });
