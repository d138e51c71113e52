/** @jsxImportSource hono/jsx */
import { withoutDone } from '../flash.ts';
import { linkTo, pageOf } from '../paths.ts';
import { mayDo, type OwnVisit } from '../visit.ts';
import { titleOf } from './title.ts';

/** Buttons that lead to operations, those alone that this operator may do; each leads back here. */
export const Ways = ({ visit, names }: { visit: OwnVisit; names: readonly string[] }) => {
  const found = names.flatMap((name) => mayDo(visit, name) ?? []);
  if (found.length === 0) return null;
  return (
    <p class="ways">
      {found.map((operation) => (
        <a
          class="button"
          href={linkTo(pageOf(operation.name), { _back: withoutDone(visit.url) })}
          title={visit.speech.about(operation)}
        >
          {titleOf(visit.speech, operation)}
        </a>
      ))}
    </p>
  );
};
