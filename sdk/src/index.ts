/** `@teahouse/client`: typed calls of a Teahouse server. Realtime is `@teahouse/client/realtime`. */
export * from './api.generated.ts';
export { Client, createClient, type DataOf } from './client.ts';
export type {
  CallOptions,
  ClientOptions,
  Fetch,
  NativeFile,
  UploadFile,
  UploadOptions,
} from './options.ts';
export type { Lost, LostReason, Refused, Result, Success } from './result.ts';
export { memoryStore, type Store, type WebStorage, webStore } from './store.ts';
