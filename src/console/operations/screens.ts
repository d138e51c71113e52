import type { Operation } from '../../operations/operation.ts';
import type { Screen } from '../screen.ts';
import { actScreen } from './act.tsx';
import { listScreen } from './list.tsx';
import { viewScreen } from './view.tsx';

/** The page of an operation, made of its declaration. */
export function screenOf(operation: Operation): Screen {
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
