/** Tables that stay as small as they are, however many people come. */
export const SMALL: Readonly<Record<string, string>> = {
  _migrations: 'the program’s own',
  announcements: 'fifty per day, and each for 90 days',
  approvals: 'what operators ask of one another, for a year',
  assertions: 'stays empty',
  device_counts: 'five',
  daily_figures: 'twenty rows a day',
  gifts: 'a catalogue of the operator’s',
  group_levels: 'five',
  ledger_checks: 'one a night, for a year',
  instance: 'what the installation is, and how far jobs have come',
  operator_addresses: 'twenty an operator',
  operator_invitations: 'one an operator',
  operator_recovery_codes: 'ten an operator',
  operator_sessions: 'ten an operator',
  operator_sums: 'what operators have moved in three days',
  operator_tokens: 'programs of the operator’s',
  operators: 'who runs the server',
  job_runs: 'a row a job',
  number_types: 'a catalogue of the operator’s',
  person_takedowns: 'those whom a job is at',
  push_progress: 'one row',
  releases: 'a list of the operator’s',
  running_figures: 'five',
  sqlite_schema: 'the program’s own',
  sqlite_sequence: 'a row a table',
  upload_walks: 'two rows',
  words: 'a list of the operator’s',
  vip_numbers: 'a catalogue of the operator’s',
};

/** Why a plan may be as it is. */
export interface Reason {
  /** A line of `growing`; any of the statement's where it is missing. */
  readonly plan?: string;
  /** A piece of the statement's text, blanks as one; any statement with such a plan where it is missing. */
  readonly of?: string;
  readonly because: string;
}

const ofOne = (because: string, ...plans: readonly string[]): Reason[] =>
  plans.map((plan) => ({ plan, because }));

const WAITING = 'what waits for the operator, in a list that they work off';
const BOUNDED = 'counts ten thousand at most, and finds the oldest by its index';
const START = 'once, before anybody is served';
const FIRST = 'ends with the first row that it finds';

/** Scans: each of one statement. */
const SCANS: readonly Reason[] = [
  {
    of: 'SELECT first.dest_type, first.dest_id',
    because: 'the complaints that wait about one person or group',
  },
  {
    of: 'INSERT INTO "daily_figures" (day, name, value) SELECT (at',
    because: 'groups five thousand rows at most',
  },
  {
    plan: 'SCAN takedowns takedowns_owner',
    of: 'select count(*) from "takedowns"',
    because: 'an operator’s list counts what operators have taken down',
  },
  { of: 'WITH page AS (SELECT id', because: 'ten of the two thousand rows of a page' },
  { plan: 'SCAN push_outbox push_outbox_due', of: 'LIMIT 10000', because: BOUNDED },
  { of: 'SELECT detail FROM (SELECT', because: '`teahouse reconcile` reads the books, beside the server' },
  { plan: 'SCAN identity_checks identity_checks_waiting', of: 'SELECT count(*)', because: WAITING },
  { plan: 'SCAN reviews reviews_waiting', of: 'state = 0', because: WAITING },
  { plan: 'SCAN word_hits word_hits_word', of: 'LIMIT 10000', because: 'counts to 10,000' },
  { plan: 'SCAN payouts payouts_waiting', of: '"payouts"."state" = 0', because: WAITING },
  { plan: 'SCAN refunds refunds_waiting', of: '"refunds"."state" = 0', because: WAITING },
  { plan: 'SCAN payouts payouts_waiting', of: 'FROM "payouts" AS w WHERE w.state = 0', because: WAITING },
  { plan: 'SCAN refunds refunds_waiting', of: 'FROM "refunds" AS w WHERE w.state = 0', because: WAITING },
  { plan: 'SORT payouts ()', of: '"payouts"."state" = 0', because: WAITING },
  { plan: 'SCAN stray_payments stray_payments_waiting', of: 'stray_payments', because: WAITING },
  {
    plan: 'SCAN upload_usage',
    of: 'SUM(bytes)',
    because: 'an operator’s command adds up what is stored, beside the server',
  },
  { plan: 'SCAN bank_cards', of: 'ORDER BY id DESC LIMIT 5', because: START },
  { plan: 'SCAN identity_checks', of: 'ORDER BY user_id DESC LIMIT 5', because: START },
  { plan: 'SCAN presences', of: 'DELETE FROM "presences"', because: START },
  {
    plan: 'SCAN users users_online',
    of: 'is_online = 1 AND NOT EXISTS',
    because: 'who is online, as a process starts or stops',
  },
  {
    plan: 'SCAN users users_vip_number_unique',
    of: 'WHERE NOT EXISTS (SELECT 1 FROM "users")',
    because: FIRST,
  },
  {
    plan: 'SCAN users',
    of: 'WHERE password_hash =',
    because: 'the sandbox’s people, while nobody else is there',
  },
  {
    plan: 'INDEX users',
    of: 'WHERE password_hash =',
    because: 'the sandbox’s people, while nobody else is there',
  },
  {
    plan: 'SCAN users users_nick_unfolded',
    of: 'nick_folded IS NULL LIMIT',
    because: 'the index holds what is still to be done',
  },
  {
    plan: 'SCAN labels labels_unfolded',
    of: 'deleted_at IS NULL LIMIT',
    because: 'the index holds what is still to be done',
  },
];

/** Sorts of what belongs to one thing, and is bounded with it. */
const SORTS: readonly Reason[] = [
  ...ofOne('50 people pay one bill at most', 'SORT aa_payments (bill_id=?)'),
  ...ofOne('a person has 20 cards at most', 'SORT bank_cards (user_id=?)'),
  ...ofOne(
    'whom a person has blocked, 2000 at most, and who has blocked them',
    'SORT friendships (user_id=?)',
    'SORT friendships (friend_id=?)',
  ),
  ...ofOne('the groups of one person', 'SORT group_members (user_id=? AND state=?)'),
  ...ofOne('the acknowledgements of one batch, 100', 'SORT inbox_cursors (user_id=?)'),
  ...ofOne('a page of events that is looked through for pushes, 500', 'SORT inbox (rowid>?)'),
  {
    plan: 'SORT group_members (group_id=? AND state=?)',
    of: 'SUM(weight) OVER',
    because: '101 events of groups, and up to 200 members of each, which are counted and not sorted',
  },
  ...ofOne('a person has 20 known logins', 'SORT known_logins (user_id=?)'),
  ...ofOne(
    'a person has 500 labels at most',
    'SORT labels (user_id=?)',
    'SORT label_friends (user_id=? AND friend_id=?)',
  ),
  ...ofOne(
    'who took part in one moment hears of a comment or praise: 5000 at most',
    'SORT moment_comments (moment_id=?)',
    'SORT moment_praises (moment_id=?)',
  ),
  ...ofOne('one person’s moments, 50,000 at most, which the total counts, too', 'SORT moments (author_id=?)'),
  ...ofOne('a month of a person’s friends', 'SORT moments (author_id=? AND created_at>? AND created_at<?)'),
  ...ofOne('the timeline’s queue: the next moment of each friend', 'SORT moments (author_id=? AND id<?)'),
  ...ofOne(
    'transfers that are due, to take the first 20',
    'SORT payout_transfers (next_at<?)',
    'SORT payout_transfers (next_at>?)',
  ),
  ...ofOne('a page of a person’s notices, 100 at most', 'SORT official_notices (user_id=? AND id<?)'),
  ...ofOne(
    'refunds that are due, to take the first 20',
    'SORT refund_requests (next_at<?)',
    'SORT refund_requests (next_at>?)',
  ),
  ...ofOne('a person has 1000 pins at most', 'SORT pins (user_id=?)'),
  ...ofOne(
    'the rings around one place, which end where enough are found',
    'SORT places (sex=? AND cell>? AND cell<?)',
  ),
  ...ofOne('what one run has claimed', 'SORT push_outbox (claim=?)'),
  ...ofOne(
    'the files of one state that are as old as each other',
    'SORT uploads (state=? AND state_since>?)',
  ),
  ...ofOne(
    '20 of each way to a name are put together',
    'SORT users (nick_folded>? AND nick_folded<?)',
    'SORT users (nick_name>? AND nick_name<?)',
  ),
];

export const REASONS: readonly Reason[] = [...SCANS, ...SORTS];
