import { is, type SQL, sql } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import * as schema from '../../../db/schema.generated.ts';
import type { SqlValue } from '../../platform/database/executor.ts';
import { type Prepared, p, prepareRead } from '../../platform/database/query.ts';
import { MAY_HOLD_KEY } from './keys.ts';

/** What a person writes, or what holds it. */
const MAY = true;
const OURS = 'a word, code or number of ours';
const THEIRS = 'a code or number of a provider’s';
const DIGEST = 'a digest';
const SEALED = 'sealed: a name or a number';
const PERSON = 'a number, a network or a device of a person’s';
const APPS = 'a name that an app drew for a message or a device';

/**
 * Every text column there is, by table: whether it may name uploads (`true`), or why it never does. What is not listed
 * is taken for one that may, and a test asks for it.
 */
export const TEXT_COLUMNS: Readonly<Record<string, Readonly<Record<string, true | string>>>> = {
  aa_bills: { message: MAY },
  announcements: { msg_id: OURS, content: 'an operator’s words' },
  approvals: {
    operation: OURS,
    input: 'what an operator has given: numbers, amounts and their words',
    reason: 'an operator’s words',
    digest: DIGEST,
    asked_kind: OURS,
    asked_by: 'an operator',
    eyes: OURS,
    eyes_name: 'an operator',
    ended_by: 'an operator',
  },
  audit: {
    act: DIGEST,
    actor_kind: OURS,
    actor: 'an operator',
    operation: OURS,
    subject: OURS,
    subject_id: OURS,
    request_id: 'the name of a call, ours or its caller’s',
    details_mac: DIGEST,
  },
  audit_details: { before: OURS, after: OURS, reason: 'an operator’s words', address: OURS },
  audit_seals: { digest: DIGEST, mac: DIGEST },
  bank_cards: { sealed_number: SEALED, number_digest: DIGEST, masked: SEALED, bank_name: OURS, kind: OURS },
  catalogue_changes: {
    subject: OURS,
    item: OURS,
    actor: 'an operator',
    before: 'what the catalogue names, or named',
    after: 'what the catalogue names, or named',
  },
  bills: { content: 'the name of the other side, which is in `users`, or an operator’s words' },
  client_chats: { remark: MAY },
  contact_books: { sealed: SEALED, files: MAY },
  contacts: { phone: PERSON, mobile: PERSON, name: MAY, head_url: MAY },
  daily_figures: { name: OURS },
  deletions: { asked_by: 'an operator', plan: DIGEST, vip_number: OURS },
  erasures: { kind: OURS, key: OURS },
  event_bodies: { msg_id: APPS, content: MAY },
  favourites: { content: MAY, content_digest: DIGEST, from_name: MAY, from_head_url: MAY },
  friendships: { remark: MAY, background: MAY },
  gifts: { key: OURS, name: MAY, picture: MAY },
  greetings: { message: MAY },
  group_members: { group_nick_name: MAY, background: MAY, ext: MAY, application: MAY },
  group_notes: { title: MAY, content: MAY },
  groups: {
    name: MAY,
    search_name: 'the name once more, folded',
    description: MAY,
    detail: MAY,
    head_url: MAY,
    question: MAY,
    answer: MAY,
    welcome: MAY,
  },
  idempotency_keys: {
    endpoint: OURS,
    key: APPS,
    digest: DIGEST,
    reply: 'repeats an answer for a day; an upload lives longer unnamed',
  },
  identity_checks: { sealed_name: SEALED, sealed_id_no: SEALED, id_no_digest: DIGEST },
  inbox: { msg_id: APPS, content: MAY },
  instance: { name: OURS, value: OURS },
  job_runs: { name: OURS },
  journals: { kind: OURS },
  known_logins: { device: PERSON, address: PERSON },
  labels: { name: MAY, name_folded: 'the name once more, folded' },
  learnt_by_network: { network: PERSON },
  learnt_numbers: { digest: DIGEST },
  ledger_accounts: { kind: OURS },
  ledger_checks: { asked_by: OURS, progress: OURS, findings: OURS },
  login_events: { subject: 'what was published, and not what is', uuid: APPS, address: PERSON },
  message_gaps: { conversation: OURS },
  messages: { msg_id: APPS, conversation: OURS, content: MAY },
  moment_comments: { text: MAY },
  moment_gifts: { content: MAY },
  moments: { text: MAY, images: MAY, video: MAY, address: MAY, ext: MAY },
  number_orders: {
    number: OURS,
    buyer: PERSON,
    address: PERSON,
    network56: PERSON,
    network48: PERSON,
    mobile: PERSON,
    password_hash: DIGEST,
    name: MAY,
    head_url: MAY,
  },
  number_types: { name: OURS },
  pay_passwords: { digest: DIGEST, pepper_name: DIGEST },
  person_keys: { key_name: DIGEST, sealed_key: SEALED, sealed_under: DIGEST },
  official_notices: { msg_id: OURS, content: 'an operator’s words' },
  operation_replies: { operation: OURS, key: APPS, digest: DIGEST, reply: 'numbers and words of ours' },
  operator_addresses: { address: OURS },
  operator_invitations: {
    digest: DIGEST,
    password_hash: DIGEST,
    sealed_totp: SEALED,
    recovery_digests: DIGEST,
  },
  operator_recovery_codes: { digest: DIGEST },
  operator_sessions: { digest: DIGEST, address: OURS, browser: 'what a browser calls itself' },
  operator_sums: { eyes: OURS },
  operator_tokens: { name: OURS, role: OURS, scopes: OURS, addresses: OURS, digest: DIGEST },
  operators: { name: OURS, role: OURS, password_hash: DIGEST, sealed_totp: SEALED },
  payment_orders: { out_trade_no: OURS, provider: OURS, subject: MAY, body: MAY, trade_no: THEIRS },
  payout_transfers: { provider: OURS, fault: OURS, reason: THEIRS, transfer_no: THEIRS },
  refund_requests: { fault: OURS, reason: THEIRS, transfer_no: THEIRS },
  refunds: { provider: OURS, trade_no: THEIRS },
  places: { spot: OURS },
  presence_changes: { home: OURS },
  presences: { home: OURS },
  push_devices: { token: THEIRS, provider: OURS, app_version: APPS },
  push_outbox: { claim: OURS },
  queue_items: { queue: OURS, item: OURS, assignee: 'an operator' },
  queue_notes: { queue: OURS, item: OURS, author: 'an operator', note: 'an operator’s words' },
  read_marks: { conversation: OURS },
  red_packets: { content: MAY, command: MAY },
  mobile_requests: {
    old_mobile: PERSON,
    new_mobile: PERSON,
    eyes: OURS,
    eyes_name: 'an operator',
    reason: 'an operator’s words',
  },
  releases: { version: OURS, content: MAY, file: MAY, url: MAY, notes: MAY },
  reminders: { content: MAY },
  reports: {
    images: MAY,
    message: MAY,
    subject: OURS,
    category: OURS,
    sealed: 'sealed: what was reported, whose files are named beside it',
    files: MAY,
    outcome: OURS,
  },
  sandbox_refunds: { refund_no: OURS, provider: OURS, trade_no: THEIRS, refund_id: THEIRS },
  reviews: {
    scope: OURS,
    place: OURS,
    sealed: 'sealed: a copy of what stands elsewhere',
    cause: 'words of operators',
  },
  running_figures: { name: OURS },
  sandbox_trades: { out_trade_no: OURS, provider: OURS, trade_no: OURS },
  sandbox_transfers: { out_biz_no: OURS, content_digest: DIGEST, error_code: OURS, order_id: OURS },
  sessions: { uuid: APPS, address: PERSON },
  sms_codes: { mobile: PERSON, digest: DIGEST },
  sms_sends: { mobile: PERSON, address: PERSON, network56: PERSON, network48: PERSON },
  stray_payments: { provider: OURS, trade_no: THEIRS },
  steps: { reason: 'an operator’s words', laid_by: 'an operator' },
  takedown_files: { key: 'what is down', sha256: DIGEST },
  takedowns: { subject: OURS, item: 'what is down', sealed: 'sealed: what is down' },
  transfers: { message: MAY },
  upload_walks: { name: OURS, plan: DIGEST, cursor: OURS },
  uploads: { key: 'the record of uploads itself', sha256: DIGEST, content_type: OURS },
  users: {
    mobile: PERSON,
    vip_number: OURS,
    password_hash: DIGEST,
    name: MAY,
    nick_name: MAY,
    nick_folded: 'the nickname once more, folded',
    mail: MAY,
    sex: MAY,
    birthday: MAY,
    sign: MAY,
    province: MAY,
    city: MAY,
    district: MAY,
    detail: MAY,
    head_url: MAY,
    moments_cover: MAY,
    skin: MAY,
    message_skin: MAY,
  },
  vip_numbers: { number: OURS },
  visited_spots: { spot: OURS },
  wrong_tries: { key: PERSON },
  words: { word: 'words of operators', scope: OURS, action: OURS },
  word_hits: { word: 'words of operators' },
};

/** Rows of a place that are read at a time: though each be as long as it may, nobody waits for them noticeably. */
export const PLACE_ROWS = 64;

/** A row of a place: the values of its key, and its texts in one, empty where they cannot name an upload. */
export interface PlaceRow {
  readonly key: readonly (string | number)[];
  readonly text: string;
}

type Row = Record<string, SqlValue>;

/** A table some of whose columns may name uploads, read by its primary key. */
export interface Place {
  readonly table: string;
  readonly columns: readonly string[];
  readonly first: Prepared<Row[], void>;
  /** Rows after a key: the values of its columns as a JSON list. */
  readonly next: Prepared<Row[], { readonly key: string }>;
  rowOf(row: Row): PlaceRow;
}

/** What people have written whose accounts are deleted names no file: theirs go, unless somebody else names them. */
const BUT: Readonly<Record<string, SQL>> = {
  messages: sql`EXISTS (SELECT 1 FROM ${schema.deletions} AS gone WHERE gone.user_id = sender_id AND gone.step > 0)`,
};

const ident = (name: string) => sql.identifier(name);
const list = (parts: readonly SQL[]) => sql.join([...parts], sql`, `);

/** A column of a primary key, and SQL of a value that none in it is below. */
interface Key {
  readonly name: string;
  readonly lowest: SQL;
}

function placeOf(table: string, key: readonly Key[], columns: readonly string[]): Place {
  const keys = list(key.map(({ name }) => sql`${ident(name)}`));
  const from = list(key.map(({ lowest }) => lowest));
  const all = sql.join(
    columns.map((name) => sql`COALESCE(${ident(name)}, '')`),
    sql` || char(10) || `,
  );
  const text = BUT[table] ? sql`CASE WHEN ${BUT[table]} THEN '' ELSE ${all} END` : all;
  const rows = (where: SQL) =>
    sql`SELECT ${keys}, CASE WHEN texts GLOB ${MAY_HOLD_KEY} THEN texts ELSE '' END
      FROM (SELECT ${keys}, ${text} AS texts FROM ${ident(table)} ${where} ORDER BY ${keys} LIMIT ${PLACE_ROWS}) AS page
      ORDER BY ${keys}`;
  const names = [...key.map(({ name }) => name), '_texts'];
  const after = list(key.map((_, i) => sql`${p('key')} ->> ${sql.raw(String(i))}`));
  return {
    table,
    columns,
    first: prepareRead<void, Row>(rows(sql`WHERE (${keys}) >= (${from})`), names),
    next: prepareRead<{ key: string }, Row>(rows(sql`WHERE (${keys}) > (${after})`), names),
    rowOf: (row) => ({
      key: key.map(({ name }) => (typeof row[name] === 'number' ? row[name] : String(row[name]))),
      text: String(row['_texts']),
    }),
  };
}

const known: readonly Place[] = Object.values(schema)
  .filter((table) => is(table, SQLiteTable))
  .map((table) => getTableConfig(table))
  .sort((one, other) => (one.name < other.name ? -1 : 1))
  .flatMap(({ name: table, columns, primaryKeys }) => {
    const texts = columns.filter((column) => column.getSQLType() === 'text').map(({ name }) => name);
    const naming = texts.filter((name) => typeof TEXT_COLUMNS[table]?.[name] !== 'string');
    const key = primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary);
    const bounds = key.map((column) => ({
      name: column.name,
      lowest: column.getSQLType() === 'text' ? sql`''` : sql`${sql.raw(String(Number.MIN_SAFE_INTEGER))}`,
    }));
    return naming.length > 0 ? [placeOf(table, bounds, naming)] : [];
  });

/** Every place that may name an upload, as the schema has them, in the order in which they are walked through. */
export const places = (): readonly Place[] => known;
