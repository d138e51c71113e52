import { type Allowance, inSlices, SERVER_RUN } from '../../core/in-slices.ts';
import { randomText } from '../../core/random.ts';
import { workThrough } from '../../core/work-through.ts';
import type { PushOutcome } from '../../platform/push/push.ts';
import type { Platform } from '../context.ts';
import { fillPage, type Looked, readOldest } from './fill.ts';
import { fillAnnounced } from './fill-announced.ts';
import { lanes, type Piece, pieces } from './pieces.ts';
import {
  claim,
  dropTried,
  dropUnwanted,
  forget,
  postpone,
  readClaimed,
  release,
  TOGETHER,
  type Waiting,
} from './queue.ts';
import { PUSHED_TYPES } from './text.ts';

/** Users who are told only after this time may have taken the event over a socket meanwhile, or be back on it. */
const GRACE_MS = 5000;
/** Nobody hears of older events: a server that was away would wake phones with what is long past. */
const OLDEST_MS = 3600_000;
/** After this another run may send what one has claimed and not finished. */
const LEASE_MS = 120_000;
/**
 * The longest that a piece may take, to the end of its write: none is begun later than that before the lease ends.
 */
const LONGEST_MS = 40_000;
/** A run waits for providers most of its time, and holds up nobody meanwhile. */
const RUN_MS = 30_000;
/** What waits longer than this at the end of a run that could not send all is reported as behind. */
const BEHIND_MS = 60_000;
/**
 * Requests that a step makes beside its pieces, and those of a piece: to its provider, and to write down what
 * came of it.
 */
const STEP_TRIPS = 3;
const PIECE_TRIPS = 2;

type Platforms = Pick<Platform, 'db' | 'clock' | 'random' | 'config' | 'push' | 'log'>;

/** What came of a run. */
export interface Pushed extends Record<string, number> {
  /** Devices that were told. */
  readonly done: number;
  /** Devices that are not told of an event any more, because it waited for longer than an hour. */
  readonly tooLate: number;
  /** How long the oldest event waits that the run had no time for; 0 where it keeps up. */
  readonly secondsBehind: number;
}

/** A run, and what it may still take. */
interface Run {
  readonly platform: Platforms;
  readonly connections: number;
  trips: number;
  done: number;
  tooLate: number;
  /** Nothing was left for a further step. */
  isDone: boolean;
}

/** Sends one piece and writes down what came of it, so that nobody sends it again. */
async function sendPiece(run: Run, mine: string, { name, provider, notice, rows }: Piece): Promise<void> {
  const { db, clock, log } = run.platform;
  const tokens = rows.map(({ token }) => token);
  const outcomes = await provider.send(notice, tokens);
  const idsOf = (chosen: readonly Waiting[]) => JSON.stringify(chosen.map(({ id }) => id));
  const again = idsOf(rows.filter((_, i) => outcomes[i] === 'retry'));
  await db.write({
    tried: dropTried({ mark_claim: mine, tried: idsOf(rows), again }),
    postponed: postpone({ mark_claim: mine, again, now: clock.now() }),
    forgotten: forget({ gone: JSON.stringify(tokens.filter((_, i) => outcomes[i] === 'gone')) }),
  });
  const count = (which: PushOutcome) => outcomes.filter((outcome) => outcome === which).length;
  // Mostly a wrong setting, and so the same for everybody.
  if (count('refused') > 0) log.error('push refused', { provider: name, devices: count('refused') });
  run.done += count('sent');
}

/** The claimed rows that are still to be told, as requests; the others are forgotten. */
async function wantedPieces(run: Run, mine: string, claimed: number, oldest: number): Promise<Piece[]> {
  const { db, clock, push, config } = run.platform;
  const rows = await db.read(readClaimed({ mark_claim: mine, now: clock.now(), oldest }));
  const inTime = rows.filter(({ late }) => late === 0);
  run.tooLate += rows.length - inTime.length;
  const all = pieces(inTime, push, config.APP_NAME);
  const wanted = all.flatMap((piece) => piece.rows.map(({ id }) => id));
  if (wanted.length < claimed)
    await db.write(dropUnwanted({ mark_claim: mine, wanted: JSON.stringify(wanted) }));
  return all;
}

/** Sends what was claimed, while the lease lasts and trips are left; the rest is for later. */
async function sendClaimed(run: Run, mine: string, claimed: number, looked: Looked): Promise<void> {
  const { db, clock } = run.platform;
  const all = await wantedPieces(run, mine, claimed, looked.oldest);
  const last = looked.now + LEASE_MS - LONGEST_MS;
  let left = all.length;
  await workThrough(lanes(all), run.connections, async (lane) => {
    for (const piece of lane) {
      if (clock.now() >= last || run.trips < PIECE_TRIPS) return;
      run.trips -= PIECE_TRIPS;
      left -= 1;
      await sendPiece(run, mine, piece);
    }
  });
  if (left > 0) await db.write(release({ mark_claim: mine, now: clock.now() }));
}

/** Looks through a page of events, and sends what is due. @returns whether there may be more */
async function step(run: Run): Promise<boolean> {
  const { db, clock, random } = run.platform;
  const now = clock.now();
  const looked = {
    now,
    settled: now - GRACE_MS,
    oldest: now - OLDEST_MS,
    types: JSON.stringify(PUSHED_TYPES),
  };
  const mine = randomText(random, 22);
  run.trips -= STEP_TRIPS;
  const { late, moved, announced, claimed } = await db.write({
    ...fillPage(looked),
    ...fillAnnounced(looked),
    claimed: claim({ mark_claim: mine, now, leasedUntil: now + LEASE_MS }),
  });
  run.tooLate += late[0]?.devices ?? 0;
  if (claimed > 0) await sendClaimed(run, mine, claimed, looked);
  run.isDone = moved.length === 0 && announced === 0 && claimed < TOGETHER;
  return !run.isDone && run.trips >= STEP_TRIPS + PIECE_TRIPS;
}

/** How long the oldest event waits that the run has left. */
async function waits({ db, clock }: Platforms): Promise<number> {
  const now = clock.now();
  const [oldest] = await db.read(readOldest({ now }));
  return now - Math.min(oldest?.event ?? now, oldest?.push ?? now);
}

/**
 * Tells phones of what came while their users had no socket open. It fills the outbox from the inbox and sends
 * what is
 * due, page by page, until nothing is left or the run's allowance is used up. A push may come twice after a crash,
 * and never comes of what was taken, silenced or recalled meanwhile. What waited for too long is counted, and told
 * of.
 */
export async function sendPushes(platform: Platforms, allowance: Allowance = SERVER_RUN): Promise<Pushed> {
  if (platform.push.size === 0) return { done: 0, tooLate: 0, secondsBehind: 0 };
  const { trips, connections } = allowance;
  const run: Run = { platform, connections, trips, done: 0, tooLate: 0, isDone: false };
  await inSlices(platform.clock, () => step(run), { allowance: { ...allowance, ms: RUN_MS } });
  const waiting = run.isDone ? 0 : await waits(platform);
  const behind = waiting > BEHIND_MS ? Math.round(waiting / 1000) : 0;
  if (behind > 0) platform.log.error('pushes behind', { seconds: behind });
  if (run.tooLate > 0) platform.log.error('pushes too late', { devices: run.tooLate });
  return { done: run.done, tooLate: run.tooLate, secondsBehind: behind };
}
