const SCOPE = /^[a-z][a-z-]{0,31}\.(?:\*|[a-z][a-z-]{0,31})$/;

/** What no token may do, whatever its scopes: who could, would make themselves an operator. */
const PEOPLES = ['operators', 'tokens'];

/** Whether only a person may do it, and no token. @param operation as `operators.add` */
export const isForPeople = (operation: string): boolean => PEOPLES.includes(operation.split('.')[0] ?? '');

/** Whether a text names operations that a token may be for: `payouts.list`, `payouts.*`. */
export const isScope = (text: string): boolean => SCOPE.test(text) && !isForPeople(text);

/** Whether a token of these scopes is good for an operation. */
export const inScope = (scopes: readonly string[], operation: string): boolean =>
  !isForPeople(operation) &&
  scopes.some((scope) =>
    scope.endsWith('.*') ? operation.startsWith(scope.slice(0, -1)) : scope === operation,
  );
