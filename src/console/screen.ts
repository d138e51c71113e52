import type { Answered } from '../http/reply.ts';
import type { Form } from './form-body.ts';
import type { OwnVisit, Visit } from './visit.ts';

/** A page of whoever is not logged in. */
export interface OpenScreen {
  readonly kind: 'open';
  readonly path: string;
  get?(visit: Visit): Promise<Answered>;
  post?(visit: Visit, form: Form): Promise<Answered>;
}

/** A page of an operator. What it does not refuse itself, it shows: so it asks `visit.allowed` first. */
export interface OwnScreen {
  readonly kind: 'own';
  readonly path: string;
  get?(visit: OwnVisit): Promise<Answered>;
  /** Its form has come from a page of this session: the console has looked. */
  post?(visit: OwnVisit, form: Form): Promise<Answered>;
  /** In place of `post`: a form that is too large to hold. It looks at the token itself. */
  take?(visit: OwnVisit): Promise<Answered>;
}

export type Screen = OpenScreen | OwnScreen;

export const openScreen = (screen: Omit<OpenScreen, 'kind'>): OpenScreen => ({ ...screen, kind: 'open' });
export const ownScreen = (screen: Omit<OwnScreen, 'kind'>): OwnScreen => ({ ...screen, kind: 'own' });
