/** A conversation: with a person, or in a group. */
export type Place = { readonly user: string } | { readonly group: string };

/** The numbers by which the server knows the two kinds. */
const PERSON = 1;
const GROUP = 2;

/** A conversation as parameters have it. */
export const destinationOf = (place: Place): { readonly kind: 1 | 2; readonly id: string } =>
  'user' in place ? { kind: PERSON, id: place.user } : { kind: GROUP, id: place.group };

/** A conversation as replies have it. */
export const placeOf = (kind: number, id: string): Place => (kind === GROUP ? { group: id } : { user: id });

/** The same for the same conversation. */
export const keyOf = (place: Place): string => {
  const { kind, id } = destinationOf(place);
  return `${kind}:${id}`;
};
