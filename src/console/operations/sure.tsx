/** @jsxImportSource hono/jsx */
import type { Operation } from '../../operations/operation.ts';
import { readGiven } from '../../operations/run.ts';
import type { Form } from '../form-body.ts';
import { PostForm } from '../parts/form.tsx';
import { linkTo, ownPath, pageOf } from '../paths.ts';
import type { OwnVisit } from '../visit.ts';
import { fieldsOf, givenOf, reasonField } from './page-fields.ts';
import { titleOf } from './title.ts';

/**
 * Asks once more, with all that was typed in view. Throws `Refused` where it would be refused as it stands.
 */
export const Sure = ({ visit, operation, form }: { visit: OwnVisit; operation: Operation; form: Form }) => {
  const { speech } = visit;
  const { words } = speech;
  const valueIn = (name: string) => form.get(name);
  const reason = form.get('reason');
  readGiven(operation, { ...givenOf(operation, valueIn), ...(reason ? { reason } : {}) });
  const fields = [
    ...fieldsOf(operation, speech, () => undefined),
    ...reasonField(operation, speech, () => undefined),
  ];
  const typed = fields.flatMap(({ name, label }) => {
    const value = form.get(name) ?? '';
    return value === '' ? [] : [{ name, label, value }];
  });
  const values = Object.fromEntries(typed.map(({ name, value }) => [name, value]));
  const again = linkTo(pageOf(operation.name), { ...values, _back: ownPath(form.get('_back')) });
  return (
    <>
      <p class="about">
        <strong>{titleOf(speech, operation)}</strong>: {speech.about(operation)}
      </p>
      <dl class="facts">
        {typed.map(({ label, value }) => (
          <div>
            <dt>{label}</dt>
            <dd>{value === 'true' ? words.yes : value}</dd>
          </div>
        ))}
      </dl>
      <p class="sealed">{words.sureAbout}</p>
      <PostForm
        visit={visit}
        action={pageOf(operation.name)}
        fields={[]}
        button={words.sureDo}
        hidden={{ ...values, _key: form.get('_key'), _back: ownPath(form.get('_back')), _sure: 'true' }}
        isDanger
        isAlone
      >
        <a href={again}>{words.notSure}</a>
      </PostForm>
    </>
  );
};
