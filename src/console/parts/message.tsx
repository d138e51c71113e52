/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import type { Trouble } from '../trouble.ts';

/** What went well. */
export const Good = ({ children }: { children?: Child }) => (
  <p class="good" role="status">
    {children}
  </p>
);

/** What went wrong, where it is no single field's. */
export const Bad = ({ trouble }: { trouble: Trouble | undefined }) =>
  trouble ? (
    <p class="bad" role="alert">
      {trouble.text}
      {trouble.english && (
        <>
          {' '}
          <span lang="en">{trouble.english}</span>
        </>
      )}
    </p>
  ) : null;
