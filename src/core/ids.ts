/** A number that only its own kind of thing may be named by. */
export type Id<Kind extends string> = number & { readonly __kind: Kind };

/** Users and groups have short sequential numbers, because people type them. */
export type UserId = Id<'user'>;
export type GroupId = Id<'group'>;

/** Users' numbers begin here: those below are the client's own chats. */
export const FIRST_USER = 100_000;
/** The official account, as the original's apps know it: what operators say to people comes from it. It is no user. */
export const OFFICIAL = 21_501;

/** Everything else is named by the context's `ids`: time-ordered, below 2^53, known before the batch is sent. */
export type SessionId = Id<'session'>;
export type LabelId = Id<'label'>;
export type NoteId = Id<'note'>;
export type FavouriteId = Id<'favourite'>;
/** A user's own id, or the negative number of a system account. */
export type AccountId = Id<'user'> | Id<'system-account'>;
export type JournalId = Id<'journal'>;
export type CardId = Id<'card'>;
export type NumberId = Id<'vip number'>;
export type OrderId = Id<'order'>;
export type PayoutId = Id<'payout'>;
export type RefundId = Id<'refund'>;
export type RedPacketId = Id<'red-packet'>;
export type TransferId = Id<'transfer'>;
export type AaBillId = Id<'aa-bill'>;
export type ReportId = Id<'report'>;
/** What an operator keeps somebody from: a warning, a mute, a ban. */
export type StepId = Id<'step'>;
/** What an operator took down. */
export type TakedownId = Id<'takedown'>;
export type ReviewId = Id<'review'>;
export type ReminderId = Id<'reminder'>;
export type MessageId = Id<'message'>;
export type EventBodyId = Id<'event body'>;
export type ShakeRecordId = Id<'shake record'>;
export type GreetingId = Id<'greeting'>;
/**
 * One call's change of a row, where the row itself is no mark
 * (docs/architecture/database.md#guards-marks-and-assertions).
 */
export type ChangeId = Id<'change'>;
export type MomentId = Id<'moment'>;
export type CommentId = Id<'comment'>;
export type PraiseId = Id<'praise'>;
export type GiftId = Id<'gift'>;
/** A change of the catalogue: the mark of its batch. */
export type CatalogueChangeId = Id<'catalogue change'>;
export type OperatorId = Id<'operator'>;
export type ApprovalId = Id<'approval'>;
export type LedgerCheckId = Id<'ledger check'>;
export type OperatorSessionId = Id<'operator session'>;
export type AnnouncementId = Id<'announcement'>;
export type OfficialNoticeId = Id<'official notice'>;
export type QueueNoteId = Id<'queue note'>;
