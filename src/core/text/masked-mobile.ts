/** `138****0000`, `+12****0123`: what earlier versions called people who gave no name. */
const MASK = String.raw`\+?\d{2,3}\*{4}\d{4}`;
const wholeMask = new RegExp(`^${MASK}$`);
const namedByMask = new RegExp(`("(?:name|nickName|userName|fromName)":")${MASK}"`, 'g');

/** What stands for such a name where nobody knows any more whose it was. */
const SOMEBODY = '用户';

/** A name, or 用户 where it is a masked mobile. */
export const withoutMask = (name: string): string => (wholeMask.test(name) ? SOMEBODY : name);

/** The JSON text of an event, with no masked mobile for a name; or a name. */
export const withoutMasks = (text: string): string =>
  withoutMask(text).replace(namedByMask, `$1${SOMEBODY}"`);
