import type { Operation } from '../operations/operation.ts';
import { isSame, sessionSeal } from './form-token.ts';
import { titleOf } from './operations/title.ts';
import { linkTo } from './paths.ts';
import { mayDo, type OwnVisit } from './visit.ts';

const sealOf = ({ call, self }: OwnVisit, operation: string, on: string) =>
  sessionSeal(call, self, `done ${operation} ${on}`);

/** A page of ours that will say what was done. Nobody else can make it say so: it is sealed for this session. */
export function doneAt(visit: OwnVisit, path: string, operation: Operation, on: string): string {
  const [bare = '', query = ''] = path.split('?', 2);
  const kept = Object.fromEntries(new URLSearchParams(query));
  const { name } = operation;
  return linkTo(bare, { ...kept, _done: name, _on: on, _seal: sealOf(visit, name, on) });
}

/** What the page is to say was done; undefined where nothing was, or somebody made it up. */
export function doneText(visit: OwnVisit): string | undefined {
  const { searchParams } = visit.url;
  const [name, on, seal] = ['_done', '_on', '_seal'].map((field) => searchParams.get(field) ?? '');
  const operation = name && mayDo(visit, name);
  if (!operation || !on || !seal || !isSame(seal, sealOf(visit, name, on))) return undefined;
  return visit.speech.words.doneOn(titleOf(visit.speech, operation), on);
}

/** The page without what it has said. */
export function withoutDone(url: URL): string {
  const kept = [...url.searchParams].filter(([name]) => !['_done', '_on', '_seal'].includes(name));
  return linkTo(url.pathname, Object.fromEntries(kept));
}
