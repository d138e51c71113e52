/**
 * What keeps a command or a start from going on, in words for an operator: what is so, and what to do about it. It is
 * shown as it stands, without a stack, because nothing in the program is wrong.
 */
export class Problem extends Error {
  override readonly name: string = 'Problem';
}
