import { refuse } from '../../http/failure.ts';
import type { Operation } from '../../operations/operation.ts';
import type { OwnScreen } from '../screen.ts';
import { mayDo, type OwnVisit } from '../visit.ts';
import { actScreen } from './act.tsx';
import { listScreen } from './list.tsx';
import { viewScreen } from './view.tsx';

function screenFor(operation: Operation): OwnScreen {
  switch (operation.kind) {
    case 'list':
      return listScreen(operation);
    case 'view':
      return viewScreen(operation);
    case 'act':
    case 'many':
      return actScreen(operation);
  }
}

/** The page of an operation, made of its declaration: for those alone who may do it. */
export function screenOf(operation: Operation): OwnScreen {
  const { path, get, post } = screenFor(operation);
  const look = (visit: OwnVisit) => mayDo(visit, operation.name) ?? refuse('NOT_ALLOWED');
  return {
    kind: 'own',
    path,
    async get(visit) {
      look(visit);
      return get ? get(visit) : refuse('METHOD_NOT_ALLOWED');
    },
    async post(visit, form) {
      look(visit);
      return post ? post(visit, form) : refuse('METHOD_NOT_ALLOWED');
    },
  };
}
