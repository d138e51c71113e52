import type { BarePeer, BareRoute, BenchRequest, SeedRow, Workload, World } from '../workload.ts';
import { envelope, JSON_TYPE, ok, refused } from './json.ts';
import { type Driver, inOneTransaction, nextJournalId } from './transaction.ts';

const PATH = '/chat/openRedPacket';
const GROUP = 10_000;
const MEMBERS = 500;
const PACKETS = 400;
const FIRST_PACKET = 1_000_000;
/** The account of what lies in red packets. */
const ESCROW = -3;
const LIFE_MS = 24 * 3600 * 1000;

const SESSION = 'SELECT 1 FROM sessions WHERE id = likely(?) AND ended_at IS NULL';
const PACKET = `SELECT user_id, sent_at, dest_type, dest_id, is_addressed, status, expires_at, content FROM red_packets
  WHERE id = likely(?)`;
const MEMBER = `SELECT 1 FROM group_members m JOIN groups g ON g.id = m.group_id AND g.dismissed_at IS NULL
  WHERE m.group_id = likely(?) AND m.user_id = likely(?) AND m.state = 1`;
const OPENED = 'SELECT 1 FROM red_packet_shares WHERE packet_id = likely(?) AND user_id = likely(?)';
const NEXT = `SELECT position, amount FROM red_packet_shares WHERE packet_id = likely(?) AND user_id IS NULL
  ORDER BY position LIMIT 1`;
const CLAIM = `UPDATE red_packet_shares SET user_id = ?, opened_at = ?, journal_id = ?
  WHERE packet_id = likely(?) AND position = likely(?)`;
const LEFT = 'SELECT 1 FROM red_packet_shares WHERE packet_id = likely(?) AND user_id IS NULL LIMIT 1';
const FINISH = 'UPDATE red_packets SET status = 2, finished_at = ? WHERE id = likely(?)';
const NAME = 'SELECT name FROM users WHERE id = likely(?)';
const JOURNAL =
  "INSERT INTO journals (id, kind, subject_id, created_at) VALUES (?, 'red_packet_opened', ?, ?)";
/** The database's own triggers write the postings and move the balances, for everybody. */
const LINE =
  'INSERT INTO journal_lines (journal_id, debit_account, credit_account, amount) VALUES (?, ?, ?, ?)';
const BILL = `INSERT INTO bills (user_id, journal_id, money_type, amount, direction, dest_type, dest_id, content, occurred_at)
  VALUES (?, ?, 4, ?, 1, ?, ?, ?, ?)`;
const EVENT = `INSERT INTO inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
  VALUES (?, ?, ?, ?, 1, ?, ?, ?)`;

const ENDED = refused(601, '请重新登录');
const NO_SUCH = refused(5, '红包不存在');
const NOT_INVITED = refused(4, '您不在指定对象中，无法开启');
const ALREADY = refused(2, '你已经领取过');
const EMPTY = refused(3, '已经被领完');

interface Packet {
  readonly user_id: number;
  readonly dest_type: number;
  readonly dest_id: number;
  readonly is_addressed: number;
  readonly status: number;
  readonly expires_at: number;
  readonly sent_at: number;
  readonly content: string;
}
interface Opening {
  readonly userId: number;
  readonly sessionId: number;
  readonly packetId: number;
}

/** The same writes as ours: the share, a journal with its line, a bill, an event or two. */
function bookOpening(database: Driver) {
  const claim = database.prepare(CLAIM);
  const left = database.prepare(LEFT);
  const finish = database.prepare(FINISH);
  const name = database.prepare(NAME);
  const journal = database.prepare(JOURNAL);
  const line = database.prepare(LINE);
  const bill = database.prepare(BILL);
  const event = database.prepare(EVENT);

  return (
    { userId, packetId }: Opening,
    packet: Packet,
    share: { position: number; amount: number },
    now: number,
  ) => {
    const id = nextJournalId();
    claim.run(userId, now, id, packetId, share.position);
    journal.run(id, packetId, now);
    line.run(id, ESCROW, userId, share.amount);
    const sender = name.get(packet.user_id) as { name: string } | undefined; // as NAME selects
    bill.run(userId, id, share.amount, packet.dest_type, packet.dest_id, sender?.name ?? '', now);
    const tell = (type: number, msg: string) =>
      event.run(
        packet.user_id,
        type,
        crypto.randomUUID(),
        userId,
        packet.dest_id,
        JSON.stringify({ redPacketId: packetId, msg }),
        now,
      );
    tell(19, packet.content);
    if (left.get(packetId)) return;
    finish.run(now, packetId);
    tell(24, String(now - packet.sent_at));
  };
}

/** One opening inside a transaction, as somebody writes it who has the database to himself. */
function openings(database: Driver) {
  const session = database.prepare(SESSION);
  const packet = database.prepare(PACKET);
  const member = database.prepare(MEMBER);
  const opened = database.prepare(OPENED);
  const next = database.prepare(NEXT);
  const book = bookOpening(database);

  return (opening: Opening): string => {
    const { userId, sessionId, packetId } = opening;
    const now = Date.now();
    if (!session.get(sessionId)) return ENDED;
    const found = packet.get(packetId) as Packet | undefined; // as PACKET selects
    if (!found) return NO_SUCH;
    if (found.is_addressed || !member.get(found.dest_id, userId)) return NOT_INVITED;
    if (opened.get(packetId, userId)) return ALREADY;
    const share = next.get(packetId) as { position: number; amount: number } | undefined; // as NEXT selects
    if (!share || found.status !== 1 || found.expires_at <= now) return EMPTY;
    book(opening, found, share, now);
    return envelope(1, { info: (share.amount / 100).toFixed(2) });
  };
}

const packetOf = (body: string) => Number(new URLSearchParams(body).get('redPacketId'));

/** @param commit what makes a transaction of one opening */
const bareRoute =
  (commit: (peer: BarePeer) => (work: () => string) => string | Promise<string>): BareRoute =>
  (peer) => {
    const { database, caller } = peer;
    const open = openings(database);
    const inTransaction = commit(peer);
    return async (request) => {
      const claims = await caller(request);
      if (!claims) return ok(ENDED);
      const { userId, sessionId } = claims;
      const packetId = packetOf(await request.text());
      return ok(await inTransaction(() => open({ userId, sessionId, packetId })));
    };
  };

const members = ({ users }: World) => users.slice(0, MEMBERS);

/** Packets one after another; of each the members of the group take a share each. */
function requests(world: World): BenchRequest[] {
  return Array.from({ length: PACKETS }, (_, i) => FIRST_PACKET + i).flatMap((packetId) =>
    members(world).map(({ id, token }): BenchRequest => {
      const form = `userId=${id}&redPacketId=${packetId}`;
      return { method: 'POST', target: PATH, token, form };
    }),
  );
}

function seedGroup(row: SeedRow, world: World) {
  const [owner] = world.users;
  row(
    "INSERT INTO groups (id, name, owner_id, created_at) VALUES (?, '红包群', ?, 0)",
    GROUP,
    owner?.id ?? 0,
  );
  for (const [i, { id }] of members(world).entries())
    row(
      'INSERT INTO group_members (group_id, user_id, role, created_at) VALUES (?, ?, ?, 0)',
      GROUP,
      id,
      i === 0 ? 1 : 3,
    );
}

/** Each packet has a share for every member, of 1 to 20 fen. */
function seedPackets(row: SeedRow, { users, now }: World) {
  const shares = Array.from({ length: MEMBERS }, (_, i) => 1 + (i % 20));
  const sum = shares.reduce((all, share) => all + share, 0);
  row("INSERT INTO journals (id, kind, created_at) VALUES (2, 'red_packet_sent', ?)", now);
  row(LINE, 2, -1, ESCROW, sum * PACKETS);
  for (let packet = FIRST_PACKET; packet < FIRST_PACKET + PACKETS; packet += 1) {
    row(
      `INSERT INTO red_packets (id, user_id, type, count, amount, content, dest_type, dest_id, sent_at, expires_at)
        VALUES (?, ?, 1, ?, ?, '恭喜发财', 2, ?, ?, ?)`,
      packet,
      users[0]?.id ?? 0,
      MEMBERS,
      sum,
      GROUP,
      now,
      now + LIFE_MS,
    );
    for (const [position, amount] of shares.entries())
      row(
        'INSERT INTO red_packet_shares (packet_id, position, amount) VALUES (?, ?, ?)',
        packet,
        position,
        amount,
      );
  }
}

/** A share of a red packet in a group, each time one that is there: share, journal, line, bill, an event. */
export const openRedPacket: Workload = {
  name: 'openRedPacket',
  about: 'logged in: takes a share of a red packet of 500; synchronous=FULL everywhere',
  path: PATH,
  singleClient: true,
  once: true,
  seed(row, world) {
    seedGroup(row, world);
    seedPackets(row, world);
  },
  requests,
  limits: {
    // One transaction, and so one fsync, a request.
    bare: bareRoute(({ database }) => inOneTransaction(database)),
    // Those of one turn of the event loop share one.
    'bare-grouped': bareRoute(({ grouped }) => grouped),
  },
  fastify({ app, database, caller }) {
    const open = openings(database);
    const transaction = inOneTransaction(database);
    app.post(PATH, async (request, reply) => {
      reply.header('content-type', JSON_TYPE);
      const claims = await caller(request.headers.authorization);
      if (!claims) return ENDED;
      const { redPacketId } = request.body as Record<string, string>; // peers/fastify.ts parses it so
      const { userId, sessionId } = claims;
      return transaction(() => open({ userId, sessionId, packetId: Number(redPacketId) }));
    });
  },
};
