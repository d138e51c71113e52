import type { UserId } from '../../core/ids.ts';
import { numberOf } from '../params.ts';

/** A user by number. */
export const userNumber = numberOf<UserId>('user', ' "teahouse admin users find MOBILE" tells it.');
