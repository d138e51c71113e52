import type { Platform } from '../../context.ts';
import { PUSH_PROVIDERS, type Push, type PushNotice, type PushProvider } from '../../platform/push.ts';
import { randomText } from '../../platform/random.ts';
import { begin, claim, drop, fill, forget, moveOn, postpone, readClaimed, type Waiting } from './queue.ts';
import { noticeOf, PUSHED_TYPES } from './text.ts';

/** Who is told only after this time may have taken the event over his socket meanwhile, or be back on it. */
const GRACE_MS = 5000;
/** Nobody is told of what is older: a server that was away would wake phones with what is long past. */
const OLDEST_MS = 3600_000;
/** After this another run may send what one has claimed and not finished. */
const LEASE_MS = 120_000;
const IOS = 2;

type Platforms = Pick<Platform, 'db' | 'clock' | 'random' | 'config' | 'push'>;

/** The provider that the device names; else the first that can reach it. */
function providerFor({ provider, device }: Waiting, push: Push): PushProvider | undefined {
  const named = PUSH_PROVIDERS.find((name) => name === provider);
  if (provider !== '') return named && push.get(named);
  for (const [name, each] of push) if (name !== 'apns' || device === IOS) return each;
  return undefined;
}

interface Group {
  readonly provider: PushProvider;
  readonly notice: PushNotice;
  readonly rows: Waiting[];
}

/** The same notice by the same provider: a message to a group is one request for many devices. */
function grouped(rows: readonly Waiting[], { push, config }: Platforms): Group[] {
  const byProvider = new Map<PushProvider, Map<string, Group>>();
  for (const row of rows) {
    const provider = providerFor(row, push);
    if (!provider) continue;
    const notice = noticeOf(row, config.APP_NAME);
    const groups = byProvider.get(provider) ?? new Map<string, Group>();
    byProvider.set(provider, groups);
    const key = JSON.stringify(notice);
    const group: Group = groups.get(key) ?? { provider, notice, rows: [] };
    groups.set(key, group);
    group.rows.push(row);
  }
  return [...byProvider.values()].flatMap((groups) => [...groups.values()]);
}

async function sendClaimed(platform: Platforms, mine: string, oldest: number): Promise<number> {
  const { db, clock } = platform;
  const [rows] = await db.read(readClaimed({ claim: mine, now: clock.now(), oldest }));
  const again: number[] = [];
  const gone: string[] = [];
  let sent = 0;
  for (const { provider, notice, rows: together } of grouped(rows, platform)) {
    const outcomes = await provider.send(
      notice,
      together.map(({ token }) => token),
    );
    for (const [i, { id, token }] of together.entries()) {
      if (outcomes[i] === 'sent') sent += 1;
      if (outcomes[i] === 'retry') again.push(id);
      if (outcomes[i] === 'gone') gone.push(token);
    }
  }
  await db.write(
    drop({ claim: mine, again: JSON.stringify(again) }),
    postpone({ claim: mine, now: clock.now() }),
    forget({ gone: JSON.stringify(gone) }),
  );
  return sent;
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
    claim({ claim: mine, now, leasedUntil: now + LEASE_MS }),
  );
  return claimed > 0 ? sendClaimed(platform, mine, looked.oldest) : 0;
}
