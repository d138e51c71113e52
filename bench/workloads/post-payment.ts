import type { BarePeer, BareRoute, BenchRequest, Workload, World } from '../workload.ts';
import { envelope, JSON_TYPE, ok, refused } from './json.ts';
import { type Driver, inOneTransaction, nextJournalId } from './transaction.ts';

const PAY_MD5 = 'd8578edf8458ce06fbc5bb76a58c5ca4';
const START_FEN = 100_000_000;

const SESSION = 'SELECT 1 FROM sessions WHERE id = ? AND ended_at IS NULL';
const LOCKED = 'SELECT 1 FROM wrong_tries WHERE key = ? AND locked_until > ?';
const RIGHT = 'SELECT 1 FROM pay_passwords WHERE user_id = ? AND digest = ?';
const WRONG = `INSERT INTO wrong_tries (key, count, since, locked_until) VALUES (?, 1, ?, 0)
  ON CONFLICT (key) DO UPDATE SET count = count + 1, locked_until = CASE WHEN count >= 4 THEN since + 900000 ELSE 0 END`;
const BALANCE = 'SELECT balance FROM ledger_accounts WHERE id = ?';
const NAME = 'SELECT name FROM users WHERE id = ?';
const BLOCK = 'SELECT 1 FROM friendships WHERE user_id = ? AND friend_id = ? AND is_blocked = 1';
const JOURNAL = "INSERT INTO journals (id, kind, created_at) VALUES (?, 'receipt_payment', ?)";
/** The database's own triggers write the postings and move the balances, for everybody. */
const LINE =
  'INSERT INTO journal_lines (journal_id, debit_account, credit_account, amount) VALUES (?, ?, ?, ?)';
const BILL = `INSERT INTO bills (user_id, journal_id, money_type, amount, direction, dest_type, dest_id, content, occurred_at)
  VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)`;
const EVENT = `INSERT INTO inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
  VALUES (?, 39, ?, ?, 3, ?, ?, ?)`;

const ENDED = refused(601, '请重新登录');
const INVALID = refused(-1, '参数不正确');
const WRONG_PASSWORD = refused(-1, '支付密码错误');
const TOO_LITTLE = refused(3, '金额不足');
const BLOCKED = refused(-1, '付款异常失败');
const PAID = envelope(1, { info: '付款成功' });

interface Payment {
  readonly userId: number;
  readonly sessionId: number;
  readonly form: Readonly<Record<string, string>>;
}

const fenOf = (text: string): number | undefined => {
  const match = /^(0|[1-9]\d{0,9})(?:\.(\d{1,2}))?$/.exec(text);
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : undefined;
};

/** One payment inside a transaction, as somebody writes it who has the database to himself. */
function payments(database: Driver, payDigest: (user: number, md5: string) => string) {
  const session = database.prepare(SESSION);
  const locked = database.prepare(LOCKED);
  const right = database.prepare(RIGHT);
  const wrong = database.prepare(WRONG);
  const balance = database.prepare(BALANCE);
  const name = database.prepare(NAME);
  const block = database.prepare(BLOCK);
  const journal = database.prepare(JOURNAL);
  const line = database.prepare(LINE);
  const bill = database.prepare(BILL);
  const event = database.prepare(EVENT);
  const nameOf = (user: number) => (name.get(user) as { name: string } | undefined)?.name; // as NAME selects

  return ({ userId: me, sessionId, form }: Payment): string => {
    const now = Date.now();
    const payee = Number(form['destId']);
    const fen = fenOf(form['amount'] ?? '');
    if (!session.get(sessionId)) return ENDED;
    if (!fen || payee === me) return INVALID;
    const key = `pay:${me}`;
    if (locked.get(key, now)) return WRONG_PASSWORD;
    if (!right.get(me, payDigest(me, form['payPwd'] ?? ''))) {
      wrong.run(key, now);
      return WRONG_PASSWORD;
    }
    const account = balance.get(me) as { balance: number } | undefined; // as BALANCE selects
    if (!account || account.balance < fen) return TOO_LITTLE;
    const payeeName = nameOf(payee);
    if (payeeName === undefined) return INVALID;
    if (block.get(me, payee) || block.get(payee, me)) return BLOCKED;
    const id = nextJournalId();
    journal.run(id, now);
    line.run(id, me, payee, fen);
    bill.run(me, id, 5, fen, -1, payee, payeeName, now);
    bill.run(payee, id, 6, fen, 1, me, nameOf(me) ?? '', now);
    event.run(payee, crypto.randomUUID(), me, payee, JSON.stringify({ amt: fen / 100 }), now);
    return PAID;
  };
}

const formOf = (body: string) => Object.fromEntries(new URLSearchParams(body));

/** @param commit what makes a transaction of one payment */
const bareRoute =
  (commit: (peer: BarePeer) => (work: () => string) => string | Promise<string>): BareRoute =>
  (peer) => {
    const { database, caller, payDigest } = peer;
    const pay = payments(database, payDigest);
    const inTransaction = commit(peer);
    return async (request) => {
      const claims = await caller(request);
      if (!claims) return ok(ENDED);
      const { userId, sessionId } = claims;
      const form = formOf(await request.text());
      return ok(await inTransaction(() => pay({ userId, sessionId, form })));
    };
  };

function requests({ users }: World): BenchRequest[] {
  return users.flatMap(({ id, token }, i) => {
    const payee = users[(i + 4001) % users.length];
    const form = payee && `userId=${id}&destId=${payee.id}&amount=0.01&payPwd=${PAY_MD5}`;
    return form ? [{ method: 'POST', target: '/transfer/postPayment', token, form }] : [];
  });
}

/** A payment with a pay password, each time of another caller to another payee: journal, line, two bills, an event. */
export const postPayment: Workload = {
  name: 'postPayment',
  about: 'logged in: pays another user, with a pay password; synchronous=FULL everywhere',
  path: '/transfer/postPayment',
  singleClient: true,
  seed(row, { users, now, payDigest }) {
    row("INSERT INTO journals (id, kind, created_at) VALUES (1, 'recharge', ?)", now);
    for (const { id } of users) {
      row(LINE, 1, -1, id, START_FEN);
      row(BILL, id, 1, 1, START_FEN, 1, id, '', now);
      row(
        'INSERT INTO pay_passwords (user_id, digest, updated_at) VALUES (?, ?, ?)',
        id,
        payDigest(id, PAY_MD5),
        now,
      );
    }
  },
  requests,
  limits: {
    // One transaction, and so one fsync, a request.
    bare: bareRoute(({ database }) => inOneTransaction(database)),
    // Those of one turn of the event loop share one.
    'bare-grouped': bareRoute(({ grouped }) => grouped),
  },
  fastify({ app, database, caller, payDigest }) {
    const pay = payments(database, payDigest);
    const transaction = inOneTransaction(database);
    app.post('/transfer/postPayment', async (request, reply) => {
      reply.header('content-type', JSON_TYPE);
      const claims = await caller(request.headers.authorization);
      if (!claims) return ENDED;
      const form = request.body as Record<string, string>; // peers/fastify.ts parses it so
      return transaction(() => pay({ userId: claims.userId, sessionId: claims.sessionId, form }));
    });
  },
};
