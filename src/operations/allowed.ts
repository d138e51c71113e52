import type { Actor } from './actor.ts';
import type { Operation } from './operation.ts';
import { inScope } from './operators/scopes.ts';

/** Whether somebody may carry out an operation: by role, and of a program's token by its scopes as well. */
export function isAllowed(actor: Actor, { name, roles }: Pick<Operation, 'name' | 'roles'>): boolean {
  if (actor.kind === 'shell') return true;
  if (actor.kind === 'job') return false;
  const hasRole = actor.role === 'owner' || roles.includes(actor.role);
  return hasRole && (actor.scopes === undefined || inScope(actor.scopes, name));
}
