import {
  PUSH_PROVIDERS,
  type Push,
  type PushNotice,
  type PushProvider,
  type PushProviderName,
} from '../../platform/push/push.ts';
import type { Waiting } from './queue.ts';
import { noticeOf } from './text.ts';

const IOS = 2;

/** The provider that the device names, where it is configured; else the first that can reach it. */
function providerFor({ provider, device }: Waiting, push: Push): PushProviderName | undefined {
  if (provider !== '') return PUSH_PROVIDERS.find((name) => name === provider && push.has(name));
  return [...push.keys()].find((name) => name !== 'apns' || device === IOS);
}

/** One request: the same notice, by the same provider, to as many devices as it may name. */
export interface Piece {
  readonly name: PushProviderName;
  readonly provider: PushProvider;
  readonly notice: PushNotice;
  readonly rows: readonly Waiting[];
}

type Group = Piece & { readonly rows: Waiting[] };

/**
 * The requests that these rows need: a message to a group is one for many devices.
 * @param app the app's name, for what nobody has sent
 */
export function pieces(rows: readonly Waiting[], push: Push, app: string): Piece[] {
  const byProvider = new Map<PushProviderName, Map<string, Group>>();
  for (const row of rows) {
    const name = providerFor(row, push);
    const provider = name && push.get(name);
    if (!provider) continue;
    const notice = noticeOf(row, app);
    const groups = byProvider.get(name) ?? new Map<string, Group>();
    byProvider.set(name, groups);
    const key = JSON.stringify(notice);
    const group: Group = groups.get(key) ?? { name, provider, notice, rows: [] };
    groups.set(key, group);
    group.rows.push(row);
  }
  return [...byProvider.values()].flatMap((groups) => [...groups.values()].flatMap(split));
}

function split({ name, provider, notice, rows }: Piece): Piece[] {
  const count = Math.ceil(rows.length / provider.perRequest);
  const part = (i: number) => rows.slice(i * provider.perRequest, (i + 1) * provider.perRequest);
  return Array.from({ length: count }, (_, i) => ({ name, provider, notice, rows: part(i) }));
}

/**
 * What must go out one after another: a phone shows the last notice of each conversation that reached it. Where a
 * request is for one phone alone, other phones need not wait for it.
 */
export function lanes(all: readonly Piece[]): Piece[][] {
  const laneOf = ({ notice, provider, rows }: Piece) =>
    JSON.stringify([notice.conversation, provider.perRequest === 1 ? rows[0]?.token : undefined]);
  return [...Map.groupBy(all, laneOf).values()];
}
