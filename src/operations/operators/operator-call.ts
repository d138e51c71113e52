import type { Call } from '../../http/call.ts';
import type { Platform } from '../../realtime/context.ts';

/** A call of the operators' side: it has every port of its platform. */
export type OperatorCall = Call & Platform;
