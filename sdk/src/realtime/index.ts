/** `@teahouse/client/realtime`: events as they come, an outbox, presence and history. */
export type { Conversation, Conversations } from './conversations.ts';
export type { EventFacts, EventOf, UnknownEvent } from './event.ts';
export type * from './events.generated.ts';
export { History, type HistoryMessage, type HistoryOptions, history } from './history.ts';
export type {
  ClientFrame,
  Line,
  LineEnd,
  LineEvents,
  OpenLine,
  Outgoing,
  ServerFrame,
} from './line.ts';
export type { RealtimeOptions } from './options.ts';
export type { SendReason, SendResult, Sent } from './outbox.ts';
export type { Place } from './places.ts';
export { pollingLines } from './polling-line.ts';
export type { OnPresence } from './presence.ts';
export { Realtime, realtime, type SendOptions } from './realtime.ts';
export { Search, type SearchOptions, search } from './search.ts';
export { type SocketClass, socketLines } from './socket-line.ts';
export type { EndReason, Status } from './status.ts';
