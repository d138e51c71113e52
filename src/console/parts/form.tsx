/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import type { Trouble } from '../trouble.ts';
import { isOwn, type Visit } from '../visit.ts';
import { type Field, FieldRow } from './field.tsx';
import { Bad } from './message.tsx';
import { TokenField } from './token-field.tsx';

interface Sent {
  readonly visit: Visit;
  readonly action: string;
  readonly fields: readonly Field[];
  readonly button: string;
  readonly trouble?: Trouble | undefined;
  readonly hidden?: Readonly<Record<string, string | undefined>>;
  /** False where the browser itself must send it: for a file, a login, another language. */
  readonly isBoosted?: boolean;
  readonly hasFile?: boolean;
  readonly isDanger?: boolean;
  /** True where it is all that the page is for: there whoever has only a keyboard begins. */
  readonly isAlone?: boolean;
  /** Where the page has another form with fields of the same names. */
  readonly idPrefix?: string;
  readonly children?: Child;
}

/** Fields that go along unseen. */
export const Hidden = ({ values }: { values: Readonly<Record<string, string | undefined>> }) => (
  <>
    {Object.entries(values).map(([name, value]) =>
      value === undefined ? null : <input type="hidden" name={name} value={value} />,
    )}
  </>
);

/** Whether somebody has to fill it in. */
const isEmpty = ({ isOptional, kind, value }: Field) => !isOptional && kind !== 'flag' && !value;

/** A form that is sent with POST; what is wrong stands at its field, or above all of them. */
export const PostForm = (sent: Sent) => {
  const { visit, fields, trouble, hidden = {}, isBoosted = true, hasFile } = sent;
  const { words } = visit.speech;
  const first = sent.isAlone ? fields.find(isEmpty) : undefined;
  const isAtField = fields.some(({ name }) => name === trouble?.member);
  return (
    <form
      method="post"
      action={sent.action}
      class="form"
      {...(hasFile ? { enctype: 'multipart/form-data' } : {})}
      {...(isBoosted ? {} : { 'hx-boost': 'false' })}
    >
      {isAtField ? (
        <p class="bad" role="alert">
          {words.lookAtFields}
        </p>
      ) : (
        <Bad trouble={trouble} />
      )}
      {isOwn(visit) && <TokenField visit={visit} />}
      <Hidden values={hidden} />
      {fields.map((field) => (
        <FieldRow
          field={field === first ? { ...field, isFirst: true } : field}
          words={words}
          idPrefix={sent.idPrefix}
          trouble={isAtField && field.name === trouble?.member ? trouble : undefined}
        />
      ))}
      <p class="buttons">
        <button
          type="submit"
          class={sent.isDanger ? 'danger' : 'main'}
          {...(sent.isAlone && !first ? { autofocus: true } : {})}
        >
          {sent.button}
        </button>
        {sent.children}
      </p>
    </form>
  );
};
