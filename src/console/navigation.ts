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
    [PATHS.groups, words.groups, mayDo(visit, 'groups.find') !== undefined],
    [PATHS.content, words.content, mayDo(visit, 'messages.show') !== undefined],
    [
      PATHS.money,
      words.money,
      mayDo(visit, 'packets.find') !== undefined || mayDo(visit, 'ledger.accounts') !== undefined,
    ],
    [PATHS.announcements, words.announcements, mayDo(visit, 'announcements.list') !== undefined],
    [PATHS.catalogue, words.catalogue, mayDo(visit, 'levels.list') !== undefined],
    [PATHS.releases, words.releases, mayDo(visit, 'releases.list') !== undefined],
    [pageOf('audit.list'), words.audit, mayDo(visit, 'audit.list') !== undefined],
    [PATHS.operators, words.operators, mayDo(visit, 'operators.list') !== undefined],
    [PATHS.operations, words.everything, true],
  ];
  return items.filter(([, , isThere]) => isThere).map(([path, text]) => ({ path, text }));
}
