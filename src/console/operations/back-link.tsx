/** @jsxImportSource hono/jsx */
import { ownPath } from '../paths.ts';
import type { OwnVisit } from '../visit.ts';

/** Back to where somebody came from; nothing where that is no page of ours. */
export const BackLink = ({ visit, path }: { visit: OwnVisit; path: string | undefined }) => {
  const back = ownPath(path);
  return back ? <a href={back}>{visit.speech.words.back}</a> : null;
};
