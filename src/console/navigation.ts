import { PATHS, pageOf } from './paths.ts';
import { queuesOf } from './queues.ts';
import { mayDo, type OwnVisit } from './visit.ts';

export interface NavigationItem {
  readonly path: string;
  readonly text: string;
}

/** The pages that this operator's role has. */
export function navigationFor(visit: OwnVisit): readonly NavigationItem[] {
  const { words } = visit.speech;
  const items: readonly (readonly [path: string, text: string, isThere: boolean])[] = [
    [PATHS.today, words.today, true],
    [PATHS.queues, words.queues, queuesOf(visit).length > 0],
    [PATHS.people, words.people, mayDo(visit, 'users.find') !== undefined],
    [pageOf('audit.list'), words.audit, mayDo(visit, 'audit.list') !== undefined],
    [PATHS.operators, words.operators, mayDo(visit, 'operators.list') !== undefined],
    [PATHS.operations, words.everything, true],
  ];
  return items.filter(([, , isThere]) => isThere).map(([path, text]) => ({ path, text }));
}
