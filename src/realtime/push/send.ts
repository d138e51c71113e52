import { randomText } from '../../core/random.ts';
import { workThrough } from '../../core/work-through.ts';
import {
  PUSH_PROVIDERS,
  type Push,
  type PushNotice,
  type PushOutcome,
  type PushProvider,
  type PushProviderName,
} from '../../platform/push/push.ts';
import type { Platform } from '../context.ts';
import {
  begin,
  claim,
  dropTried,
  dropUnwanted,
  fill,
  forget,
  moveOn,
  postpone,
  readClaimed,
  release,
  type Waiting,
} from './queue.ts';
import { noticeOf, PUSHED_TYPES } from './text.ts';

/** Who is told only after this time may have taken the event over his socket meanwhile, or be back on it. */
const GRACE_MS = 5000;
/** Nobody is told of what is older: a server that was away would wake phones with what is long past. */
const OLDEST_MS = 3600_000;
/** After this another run may send what one has claimed and not finished. */
const LEASE_MS = 120_000;
/** The longest that a piece may take, to the end of its write: none is begun later than that before the lease ends. */
const LONGEST_MS = 40_000;
/** Requests at once. A Worker may have six connections open, and one is the database's. */
const AT_ONCE = 5;
const IOS = 2;

type Platforms = Pick<Platform, 'db' | 'clock' | 'random' | 'config' | 'push' | 'log'>;

/** The provider that the device names, where it is configured; else the first that can reach it. */
function providerFor({ provider, device }: Waiting, push: Push): PushProviderName | undefined {
  if (provider !== '') return PUSH_PROVIDERS.find((name) => name === provider && push.has(name));
  return [...push.keys()].find((name) => name !== 'apns' || device === IOS);
}

/** One request: the same notice, by the same provider, to as many devices as it may name. */
interface Piece {
  readonly name: PushProviderName;
  readonly provider: PushProvider;
  readonly notice: PushNotice;
  readonly rows: readonly Waiting[];
}

type Group = Piece & { readonly rows: Waiting[] };

/** The requests that these rows need: a message to a group is one for many devices. */
function pieces(rows: readonly Waiting[], { push, config }: Platforms): Piece[] {
  const byProvider = new Map<PushProviderName, Map<string, Group>>();
  for (const row of rows) {
    const name = providerFor(row, push);
    const provider = name && push.get(name);
    if (!provider) continue;
    const notice = noticeOf(row, config.APP_NAME);
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

/** Sends one piece and writes down what came of it, so that nobody sends it again. @returns how many were sent */
async function sendPiece({ db, clock, log }: Platforms, mine: string, piece: Piece): Promise<number> {
  const { name, provider, notice, rows } = piece;
  const tokens = rows.map(({ token }) => token);
  const outcomes = await provider.send(notice, tokens);
  const idsOf = (chosen: readonly Waiting[]) => JSON.stringify(chosen.map(({ id }) => id));
  const again = idsOf(rows.filter((_, i) => outcomes[i] === 'retry'));
  await db.write(
    dropTried({ claim: mine, tried: idsOf(rows), again }),
    postpone({ claim: mine, again, now: clock.now() }),
    forget({ gone: JSON.stringify(tokens.filter((_, i) => outcomes[i] === 'gone')) }),
  );
  const count = (which: PushOutcome) => outcomes.filter((outcome) => outcome === which).length;
  // Mostly a wrong setting, and so the same for everybody.
  if (count('refused') > 0) log.error('push refused', { provider: name, devices: count('refused') });
  return count('sent');
}

/** Sends what was claimed while the lease lasts; the rest is for the next run. @returns how many were sent */
async function sendClaimed(platform: Platforms, mine: string, leasedUntil: number, oldest: number) {
  const { db, clock } = platform;
  const rows = await db.read(readClaimed({ claim: mine, now: clock.now(), oldest }));
  const all = pieces(rows, platform);
  const wanted = JSON.stringify(all.flatMap((piece) => piece.rows.map(({ id }) => id)));
  await db.write(dropUnwanted({ claim: mine, wanted }));
  const counts: number[] = [];
  // In order within a conversation: a phone shows the last notice of each that reached it.
  const conversations = Map.groupBy(all, ({ notice }) => notice.conversation);
  await workThrough([...conversations.values()], AT_ONCE, async (some) => {
    for (const piece of some)
      if (clock.now() < leasedUntil - LONGEST_MS) counts.push(await sendPiece(platform, mine, piece));
  });
  if (counts.length < all.length) await db.write(release({ claim: mine, now: clock.now() }));
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * Tells phones of what came while their users had no socket open: fills the outbox from the inbox, then sends
 * what is due. A push may come twice after a crash, and never comes of what was taken, silenced or recalled
 * meanwhile.
 */
export async function sendPushes(platform: Platforms): Promise<number> {
  const { db, clock, random, push } = platform;
  if (push.size === 0) return 0;
  const now = clock.now();
  const mine = randomText(random, 22);
  const leasedUntil = now + LEASE_MS;
  const looked = {
    now,
    settled: now - GRACE_MS,
    oldest: now - OLDEST_MS,
    types: JSON.stringify(PUSHED_TYPES),
  };
  const [, , , claimed] = await db.write(
    begin(),
    fill(looked),
    moveOn(looked),
    claim({ claim: mine, now, leasedUntil }),
  );
  return claimed > 0 ? sendClaimed(platform, mine, leasedUntil, looked.oldest) : 0;
}
