/** @jsxImportSource hono/jsx */
import type { OwnVisit } from '../visit.ts';

/** The name of the field, as forms send it. */
export const TOKEN = '_token';

/** What every form of an operator carries. */
export const TokenField = ({ visit }: { visit: OwnVisit }) => (
  <input type="hidden" name={TOKEN} value={visit.token} />
);
