import type { SessionId, UserId } from '../core/ids.ts';

/** The caller: a live session. That it lives is proved by the first database access of the call. */
export interface Caller {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  /** 0 unknown, 1 Android, 2 iOS, 3 PC, 4 web. */
  readonly device: number;
}
