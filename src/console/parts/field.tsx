/** @jsxImportSource hono/jsx */
import type { Trouble } from '../trouble.ts';
import type { Words } from '../words/words.ts';

/** A field of a form. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind?: 'text' | 'number' | 'password' | 'code' | 'long' | 'flag' | 'file' | 'anyFile' | 'choice';
  readonly value?: string | undefined;
  readonly hint?: string | undefined;
  readonly isOptional?: boolean;
  readonly most?: number | undefined;
  /** What may be chosen, and how it is called. */
  readonly choices?: readonly (readonly [value: string, text: string])[];
  readonly autocomplete?: string;
  /** The cursor begins here. */
  readonly isFirst?: boolean;
}

interface Asked {
  readonly field: Field;
  readonly words: Words;
  /** Where it is this field's. */
  readonly trouble?: Trouble | undefined;
  /** Tells the fields of one form from those of another on the same page. */
  readonly idPrefix?: string | undefined;
}

const idOf = ({ field, idPrefix = 'f' }: Pick<Asked, 'field' | 'idPrefix'>) => `${idPrefix}-${field.name}`;

function shared(asked: Asked) {
  const { field, trouble } = asked;
  const id = idOf(asked);
  const described = [field.hint && `${id}-hint`, trouble && `${id}-bad`].filter(Boolean);
  return {
    id,
    name: field.name,
    ...(field.isOptional || field.kind === 'flag' ? {} : { required: true }),
    ...(field.autocomplete ? { autocomplete: field.autocomplete } : { autocomplete: 'off' }),
    ...(field.isFirst ? { autofocus: true } : {}),
    ...(field.most ? { maxlength: field.most } : {}),
    ...(described.length > 0 ? { 'aria-describedby': described.join(' ') } : {}),
    ...(trouble ? { 'aria-invalid': 'true' } : {}),
  };
}

const Choice = (asked: Asked) => {
  const { field, words } = asked;
  return (
    <select {...shared(asked)}>
      {field.isOptional && <option value="">{words.any}</option>}
      {field.choices?.map(([value, text]) => (
        <option value={value} selected={value === field.value}>
          {text}
        </option>
      ))}
    </select>
  );
};

/** Attributes of an input by its kind. */
const INPUTS = {
  text: { type: 'text' },
  number: { type: 'text', inputmode: 'numeric' },
  password: { type: 'password' },
  code: { type: 'text', spellcheck: false, autocapitalize: 'off' },
  file: { type: 'file', accept: '.csv,text/csv,text/plain' },
  anyFile: { type: 'file' },
} as const;

const Control = (asked: Asked) => {
  const { field } = asked;
  const kind = field.kind ?? 'text';
  if (kind === 'choice') return <Choice {...asked} />;
  if (kind === 'flag')
    return <input type="checkbox" value="true" checked={field.value === 'true'} {...shared(asked)} />;
  if (kind === 'long')
    return (
      <textarea rows={2} {...shared(asked)}>
        {field.value ?? ''}
      </textarea>
    );
  return (
    <input
      {...INPUTS[kind]}
      {...shared(asked)}
      value={kind === 'file' || kind === 'anyFile' ? undefined : field.value}
    />
  );
};

/** A field with its label, its hint and what is wrong with it. */
export const FieldRow = (asked: Asked) => {
  const { field, words, trouble } = asked;
  const id = idOf(asked);
  const isMarked = field.isOptional && field.kind !== 'flag' && field.kind !== 'choice';
  return (
    <div class={field.kind === 'flag' ? 'field flag' : 'field'}>
      <label for={id}>
        {field.label}
        {isMarked && <small> ({words.optional})</small>}
      </label>
      <Control {...asked} />
      {field.hint && (
        <small class="hint" id={`${id}-hint`}>
          {field.hint}
        </small>
      )}
      {trouble && (
        <p class="bad" id={`${id}-bad`}>
          {trouble.text} {trouble.english && <span lang="en">{trouble.english}</span>}
        </p>
      )}
    </div>
  );
};
