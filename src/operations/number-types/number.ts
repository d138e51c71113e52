import { whole } from '../params.ts';

/** A type of vip numbers by its number. */
export const numberType = whole('type', 1, 999_999, 999_999);
