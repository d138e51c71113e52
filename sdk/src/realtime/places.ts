/** A conversation: with a person, or in a group. */
export type Place = { readonly user: string } | { readonly group: string };

/** The numbers by which the server knows the two kinds. */
const PERSON = 1;
const GROUP = 2;

/** A conversation as parameters have it. */
export const destinationOf = (place: Place): { readonly kind: 1 | 2; readonly id: string } =>
  'user' in place ? { kind: PERSON, id: place.user } : { kind: GROUP, id: place.group };
