import { optional, orElse, PICTURES, text, url } from '../../http/params.ts';

/** Pictures that one moment may have. */
const MAX_IMAGES = 9;

const image = url('图片地址');
const itemsOf = (value: string) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** Picture URLs, comma-separated; blanks are skipped. Comes out as it is stored, `''` for none. */
export const images = (description: string) =>
  optional(
    text(description, MAX_IMAGES * 1001).refine((value) => {
      const items = itemsOf(value);
      return items.length <= MAX_IMAGES && items.every((item) => image.safeParse(item).success);
    }),
  )
    .transform((value) => itemsOf(value ?? '').join(','))
    .meta({ description, type: 'string', maxLength: MAX_IMAGES * 1001, format: PICTURES });

/** A film's address, or what an app writes around it. */
export const film = (description: string) =>
  orElse(
    text(description, 2000).meta({ description, type: 'string', maxLength: 2000, format: PICTURES }),
    '',
  );
