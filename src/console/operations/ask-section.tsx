/** @jsxImportSource hono/jsx */

import { FieldRow } from '../parts/field.tsx';
import { pageOf } from '../paths.ts';
import { mayDo, type OwnVisit } from '../visit.ts';
import { Filter } from './list.tsx';
import { fieldsOf } from './page-fields.ts';
import { isList } from './read-list.ts';
import { titleOf } from './title.ts';

/** Asks for one thing, or for a list, and leads to the page of its operation; null where this operator may not look. */
export const AskSection = ({ visit, name }: { visit: OwnVisit; name: string }) => {
  const operation = mayDo(visit, name);
  if (!operation) return null;
  const { speech } = visit;
  const idPrefix = name.replace('.', '-');
  return (
    <details class="ask">
      <summary>{titleOf(speech, operation)}</summary>
      {isList(operation) ? (
        <Filter visit={visit} operation={operation} idPrefix={idPrefix} />
      ) : (
        <form method="get" action={pageOf(name)} class="filter">
          {fieldsOf(operation, speech, () => undefined).map((field) => (
            <FieldRow field={field} words={speech.words} idPrefix={idPrefix} />
          ))}
          <button type="submit" class="main">
            {speech.words.show}
          </button>
        </form>
      )}
    </details>
  );
};
