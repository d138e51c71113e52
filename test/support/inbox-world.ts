import { expect } from 'vitest';
import { AUDIENCE } from '../../db/schema/announcements.ts';
import type { SessionId, UserId } from '../../src/core/ids.ts';
import { createDb, type Db } from '../../src/platform/database/db.ts';
import type { Executor } from '../../src/platform/database/executor.ts';
import { acknowledge } from '../../src/realtime/cursors.ts';
import { readPage } from '../../src/realtime/inbox.ts';
import { change, rows } from './bank.ts';
import type { Seeded } from './seeded.ts';

const SPAN = 65_536;
export const USERS = [1, 2, 3, 4] as const;
/** A user, and the only session of theirs: it has their number. */
export const asOne = (user: number) => ({ user: user as UserId, session: user as SessionId, device: 1 });
export const GROUPS = [10, 11, 12] as const;
export const NOW = 1000;
export const clock = { now: () => NOW };

/** An announcement: who gets it, and who has acknowledged it. */
interface Announcement {
  readonly device: number | null;
  readonly lastUser: number;
  readonly list: readonly number[] | undefined;
  readonly got: Set<number>;
}
interface Row {
  readonly seq: number;
  readonly owner: number;
  readonly except: number | null;
  readonly announcement?: Announcement;
}
const isFor = (user: number, { device, lastUser, list }: Announcement) =>
  user <= lastUser && (device === null || device === 1) && (list?.includes(user) ?? true);
const isHidden = (user: number, { except, announcement }: Row) =>
  announcement ? !isFor(user, announcement) : except === user;

/** What is there, and who gets it, by the rules alone (docs/realtime.md). */
class Model {
  last = 0;
  rows: Row[] = [];
  /** What was stopped is nobody's any more, and counts no further readers. */
  readonly stopped: Row[] = [];
  readonly times: { user: number; group: number; low: number; high: number }[] = [];
  readonly dropped = new Map<number, number>();

  isIn = (user: number, group: number) => this.timeOf(user, group) !== undefined;
  timeOf = (user: number, group: number) =>
    this.times.find(
      (time) => time.user === user && time.group === group && time.high === Number.POSITIVE_INFINITY,
    );

  /** The places that a user gets, and whether each is shown. */
  of(user: number) {
    const gets = (seq: number, owner: number) =>
      owner === user ||
      owner === -1 ||
      this.times.some(
        (time) => time.user === user && time.group === -owner && time.low < seq && seq <= time.high,
      );
    return this.rows
      .filter(({ seq, owner }) => gets(seq, owner))
      .map((row) => ({ seq: row.seq, isHidden: isHidden(user, row) }));
  }

  after = (user: number, after: number) =>
    this.of(user).filter(({ seq }) => seq > Math.max(after, this.dropped.get(user) ?? 0));
}

/** Does at random what happens to people, groups and inboxes, and to the model of them. */
export class World {
  readonly model = new Model();
  readonly executor: Executor;
  readonly db: Db;
  readonly chance: Seeded;

  constructor(executor: Executor, chance: Seeded) {
    this.executor = executor;
    this.db = createDb(executor);
    this.chance = chance;
  }

  async begin() {
    await this.executor.write([
      ...USERS.flatMap((user) => [
        change(
          `INSERT INTO users (id, mobile, password_hash, name, created_at, updated_at) VALUES (?, ?, '', '', 0, 0)`,
          user,
          `+${user}`,
        ),
        change(
          'INSERT INTO sessions (id, user_id, device, created_at, expires_at) VALUES (?, ?, 1, 0, 9999)',
          user,
          user,
        ),
      ]),
      ...GROUPS.map((group) =>
        change(`INSERT INTO groups (id, name, owner_id, created_at) VALUES (?, '', 1, 0)`, group),
      ),
    ]);
  }

  /** Some events, of people and of groups, in one batch with somebody who joins or leaves in its middle. */
  async write(ahead = 30) {
    const { below, chance } = this.chance;
    const { model } = this;
    const far = SPAN * (Math.floor(model.last / SPAN) + 1 + below(2)) - 3;
    if (chance(ahead)) model.last = Math.max(model.last, far);
    await this.executor.write(
      Array.from({ length: 1 + below(6) }, () => {
        if (chance(30)) return [this.turn()];
        return chance(20) ? this.announcement() : [this.event()];
      }).flat(),
    );
  }

  private event() {
    const { chance, pick } = this.chance;
    const seq = ++this.model.last;
    const owner = chance(40) ? pick(USERS) : -pick(GROUPS);
    const except = owner < 0 && chance(20) ? pick(USERS) : null;
    this.model.rows.push({ seq, owner, except });
    return change(
      `INSERT INTO inbox (seq, user_id, type, msg_id, from_id, from_type, dest_id, content, created_at, except_id)
        VALUES (?, ?, 2, '', 9, 1, 9, '', 0, ?)`,
      seq,
      owner,
      except,
    );
  }

  /** One row for everybody, and who of them gets it. */
  private announcement() {
    const { chance, pick, below } = this.chance;
    const seq = ++this.model.last;
    const announcement: Announcement = {
      device: pick([null, null, 1, 2]),
      lastUser: 1 + below(USERS.length),
      list: chance(30) ? USERS.filter(() => chance(50)) : undefined,
      got: new Set(),
    };
    this.model.rows.push({ seq, owner: -1, except: null, announcement });
    const { device, lastUser, list } = announcement;
    const audience = list ? AUDIENCE.list : device === null ? AUDIENCE.all : AUDIENCE.kind;
    return [
      change(
        `INSERT INTO announcements (id, seq, audience, device, last_user, msg_id, content, reach, sent_at)
          VALUES (?1, ?1, ?2, ?3, ?4, 'a', '茶', 0, 0)`,
        seq,
        audience,
        device,
        lastUser,
      ),
      ...(list ?? []).map((user) => change('INSERT INTO announcement_targets VALUES (?, ?)', seq, user)),
      change(
        `INSERT INTO inbox (seq, user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
          VALUES (?, -1, 2, 'a', 21501, 1, 0, '茶', 0)`,
        seq,
      ),
    ];
  }

  /** An announcement is stopped: its row goes. */
  async stop() {
    const announced = this.model.rows.filter(({ announcement }) => announcement);
    if (announced.length < 3) return;
    const row = this.chance.pick(announced);
    this.model.rows = this.model.rows.filter((each) => each !== row);
    this.model.stopped.push(row);
    await this.executor.write([change('DELETE FROM inbox WHERE seq = ?', row.seq)]);
  }

  /** Compares how many have got each announcement with those who have. */
  async countReaders() {
    const [result] = await this.executor.read([rows('SELECT seq, got FROM announcements ORDER BY seq')]);
    const all = [...this.model.rows, ...this.model.stopped].sort((a, b) => a.seq - b.seq);
    const got = all.flatMap(({ seq, announcement }) => (announcement ? [[seq, announcement.got.size]] : []));
    expect(result?.rows.map((row) => row.map(Number))).toEqual(got);
  }

  /** Somebody joins a group, or leaves it. */
  private turn() {
    const { pick } = this.chance;
    const { model } = this;
    const [user, group] = [pick(USERS), pick(GROUPS)];
    const time = model.timeOf(user, group);
    // What was said last, where anything was: places that were left out are nobody's.
    const said = model.rows.at(-1)?.seq ?? 0;
    if (time) {
      time.high = said;
      return change('DELETE FROM group_members WHERE user_id = ? AND group_id = ?', user, group);
    }
    model.times.push({ user, group, low: said, high: Number.POSITIVE_INFINITY });
    return change('INSERT INTO group_members (user_id, group_id, created_at) VALUES (?, ?, 0)', user, group);
  }

  async read() {
    const { below, chance, pick } = this.chance;
    const { last } = this.model;
    const [user, limit] = [pick(USERS), 1 + below(9)];
    const after = chance(50) ? below(last + 3) : Math.max(0, last - below(20));
    const page = await this.db.read(readPage({ ...asOne(user), after, limit }));
    expect(
      page.map(({ seq, hidden }) => ({ seq, isHidden: hidden === 1 })),
      `${limit} of ${user} behind ${after}`,
    ).toEqual(this.model.after(user, after).slice(0, limit));
  }

  async acknowledge() {
    const { below, pick } = this.chance;
    const user = pick(USERS);
    const seq = Math.min(this.model.rows.at(-1)?.seq ?? 0, below(this.model.last + 1));
    await this.db.write(acknowledge([{ userId: user as UserId, device: 1, seq }], NOW));
    const before = this.model.dropped.get(user) ?? 0;
    for (const row of this.model.rows) {
      const isNews = before < row.seq && row.seq <= seq && !isHidden(user, row);
      if (isNews) row.announcement?.got.add(user);
    }
    this.model.dropped.set(user, Math.max(this.model.dropped.get(user) ?? 0, seq));
  }
}
