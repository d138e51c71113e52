/** @jsxImportSource hono/jsx */
import { PATHS } from '../../paths.ts';
import type { OwnVisit } from '../../visit.ts';

/** The field that the key `/` leads to. */
export const FindPerson = ({
  visit,
  text,
  hasFocus,
}: {
  visit: OwnVisit;
  text: string;
  hasFocus?: boolean;
}) => {
  const { words } = visit.speech;
  return (
    <form method="get" action={PATHS.people} class="filter">
      <div class="field">
        <label for="find">{words.findPerson}</label>
        <input
          id="find"
          name="text"
          type="search"
          maxlength={50}
          value={text}
          autocomplete="off"
          aria-describedby="find-hint"
          {...(hasFocus ? { autofocus: true } : {})}
        />
        <small class="hint" id="find-hint">
          {words.findPersonHint}
        </small>
      </div>
      <button type="submit" class="main">
        {words.search}
      </button>
    </form>
  );
};
