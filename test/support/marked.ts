import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import * as schema from '../../db/schema.generated.ts';
import { PASSWORD, type Person, person, rawRequest, type TestApp } from './app.ts';
import { change } from './bank.ts';
import { file, form, MULTIPART } from './forms.ts';
import { befriend } from './friends.ts';
import { post } from './moments.ts';
import { smsCodeOf } from './money.ts';
import { picture } from './pictures.ts';

/** A person who has used everything once, with these words in all that they wrote; and what they uploaded. */
export interface Marked {
  readonly who: Person;
  /** Nobody else's text has it. */
  readonly mark: string;
  readonly friend: Person;
  readonly group: number;
  /** Their own group. */
  readonly owned: number;
  /** An upload that nobody else names, and one that a friend's message does. */
  readonly uploads: { readonly own: string; readonly forwarded: string };
}

async function upload(app: TestApp, who: Person, side: number): Promise<{ key: string; url: string }> {
  const request = rawRequest(
    '/chat/uploadImage',
    form(file(await picture('jpeg', side, 48))),
    MULTIPART,
    who.token,
  );
  const response = await app.fetch(request);
  const { data } = (await response.json()) as { data: { fileSize: string } };
  return { url: data.fileSize, key: data.fileSize.slice(data.fileSize.lastIndexOf('/') + 1) };
}

/** Rows of features that calls reach only by a long way: written as the features write them. */
function rowsBySql(who: number, friend: number, mark: string, now: number) {
  return [
    change(
      `INSERT INTO positions (user_id, cell, x, y, z, sex, seen_at) VALUES (?, 1, 1, 1, 1, 0, ?)`,
      who,
      now,
    ),
    change(
      `INSERT INTO contacts (user_id, position, phone, mobile, name, head_url) VALUES (?, 0, ?, '', ?, '')`,
      who,
      mark,
      mark,
    ),
    change(`INSERT INTO contact_books (user_id, part, sealed, files) VALUES (?, 0, ?, ?)`, who, mark, mark),
    change(
      `INSERT INTO learnt_numbers (user_id, digest, learnt_at, learnt_by) VALUES (?, ?, ?, 1)`,
      who,
      mark,
      now,
    ),
    change(
      `INSERT INTO identity_checks (user_id, sealed_name, sealed_id_no, id_no_digest, state, submitted_at) VALUES (?, ?, ?, ?, 1, ?)`,
      who,
      mark,
      mark,
      mark,
      now,
    ),
    change(`INSERT INTO pay_passwords (user_id, digest, updated_at) VALUES (?, ?, ?)`, who, mark, now),
    change(
      `INSERT INTO bank_cards (id, user_id, sealed_number, number_digest, masked, bank_name, kind, created_at, updated_at) VALUES (77, ?, ?, ?, ?, ?, ?, 0, 0)`,
      who,
      mark,
      mark,
      mark,
      mark,
      mark,
    ),
    change(
      `INSERT INTO payouts (id, user_id, card_id, amount, state, created_at, ended_at) VALUES (77, ?, 77, 5, 1, 0, 1)`,
      who,
    ),
    change(
      `INSERT INTO known_logins (user_id, device, kind, address, last_day) VALUES (?, ?, 1, ?, 1)`,
      who,
      mark,
      mark,
    ),
    change(
      `INSERT INTO mobile_requests (user_id, old_mobile, new_mobile, eyes, eyes_name, reason, asked_at, expires_at) VALUES (?, ?, ?, '', '', ?, 0, 0)`,
      who,
      mark,
      mark,
      mark,
    ),
    change(`INSERT INTO push_devices (user_id, device, token, updated_at) VALUES (?, 1, ?, 0)`, who, mark),
    change(`INSERT INTO presences (user_id, home, until) VALUES (?, 'there', 0)`, who),
    change(
      `INSERT INTO places (user_id, spot, cell, x, y, z, sex, listed_at, seen_at, moved_at) VALUES (?, ?, 1, 1, 1, 1, 0, ?, ?, ?)`,
      who,
      mark,
      now,
      now,
      now,
    ),
    change(`INSERT INTO visited_spots (user_id, spot, seen_at) VALUES (?, ?, ?)`, who, mark, now),
    change(`INSERT INTO client_chats (user_id, chat_id, remark) VALUES (?, 5, ?)`, who, mark),
    change(
      `INSERT INTO idempotency_keys (user_id, endpoint, key, digest, reply, created_at) VALUES (?, '/x', ?, '', ?, ?)`,
      who,
      mark,
      mark,
      now,
    ),
    change(
      `INSERT INTO read_marks (user_id, conversation, message_id, change_id) VALUES (?, ?, 1, 1)`,
      who,
      mark,
    ),
    change(`INSERT INTO inbox_cursors (user_id, device, seq) VALUES (?, 1, 0) ON CONFLICT DO NOTHING`, who),
    change(
      `INSERT INTO official_notices (id, user_id, msg_id, content, sent_at) VALUES (1, ?, '', ?, 0)`,
      who,
      mark,
    ),
    change(
      `INSERT INTO group_departures (user_id, group_id, joined_seq, left_seq) SELECT ?, id, -7, 1000000 FROM groups LIMIT 1`,
      who,
    ),
    change(
      `INSERT INTO shake_records (id, user_id, other_id, distance, created_at) VALUES (1, ?1, ?2, 500, 0), (2, ?2, ?1, 500, 0)`,
      who,
      friend,
    ),
    change(
      `INSERT INTO greetings (id, user_id, from_id, thread_id, message, created_at) VALUES (1, ?1, ?2, 0, ?3, 0), (2, ?2, ?1, 0, ?3, 0)`,
      who,
      friend,
      mark,
    ),
    change(`INSERT INTO person_takedowns (user_id, began_at) VALUES (?, 0)`, who),
    change(`INSERT INTO wallet_holds (user_id, limited_until) VALUES (?, 0)`, who),
    change(`INSERT INTO wallet_freezes (user_id, frozen_at, until, change_id) VALUES (?, 0, 1, 1)`, who),
    change(
      `INSERT INTO audit (id, act, at, actor_kind, actor_id, actor, operation, subject, subject_id, request_id, details_mac) VALUES (1, 'a', 0, 'shell', 0, 'cli', 'users.show', 'user', ?, '', '')`,
      String(who),
    ),
    change(
      `INSERT INTO audit_details (audit_id, before, after, reason, address) VALUES (1, ?1, ?1, ?1, '')`,
      mark,
    ),
    change(
      `INSERT INTO login_events (at, user_id, session_id, what, result, subject, device, uuid, address, port) VALUES (?, ?, 1, 1, 0, '', 1, ?, '203.0.113.9', 1)`,
      now,
      who,
      mark,
    ),
    change(
      `UPDATE users SET mail = ?1, birthday = ?1, detail = ?1, skin = ?1, message_skin = ?1, sex = ?1, province = ?1, city = ?1, district = ?1, is_auth = 1, recommender_id = ?2 WHERE id = ?3`,
      mark,
      friend,
      who,
    ),
  ];
}

/** Makes such a person in a world of others. @param mark letters and digits that nothing else has */
export async function markedPerson(app: TestApp, mark: string): Promise<Marked> {
  const who = await person(app, mark);
  const friend = await person(app, '甲');
  const other = await person(app, '乙');
  await befriend(who, friend);
  await befriend(other, who);
  await befriend(friend, other);
  const own = await upload(app, who, 64);
  const forwarded = await upload(app, who, 80);
  await who.call('/chat/updateProfile', { nickName: mark, sign: mark, name: mark });
  await who.call('/chat/updateHead', { headUrl: own.url });
  await who.call('/chat/updateRemark', { destId: friend.id, remark: mark });
  await friend.call('/chat/updateRemark', { destId: who.id, remark: '老友' });
  const [owned = 0, group = 0] = [
    Number((await who.call('/chat/createGroup', { name: `${mark}的群`, ids: `${friend.id}` })).data.id),
    Number((await friend.call('/chat/createGroup', { name: '别人的群', ids: `${who.id}` })).data.id),
  ];
  await who.call('/chat/updateGroupDesc', { groupId: owned, descriptions: mark });
  await who.call('/chat/updateGroupMemberMark', { groupId: group, markName: mark });
  const moment = await post(who, { text: mark, images: own.url, at: `${friend.id}` });
  const theirs = await post(friend, { text: '朋友的' });
  await friend.call('/feed/addFeedComment', { feedId: moment, text: '好看' });
  await who.call('/feed/addFeedComment', { feedId: theirs, text: mark });
  await who.call('/feed/addFeedPraise', { feedId: theirs });
  const send = (from: Person, to: number, id: string, type: number, content: string) =>
    from.call('/im/send', { msgId: id, fromType: 1, destId: to, messageType: type, content });
  await send(who, friend.id, `${mark}a`, 2, `聊天${mark}`);
  await send(who, friend.id, `${mark}b`, 3, own.url);
  await send(who, friend.id, `${mark}c`, 3, forwarded.url);
  await send(friend, other.id, 'fwd', 3, forwarded.url);
  await friend.call('/favorite/addFavorite', {
    category: 1,
    content: `聊天`,
    fromId: who.id,
    fromName: mark,
    fromHeadUrl: own.url,
  });
  await who.call('/favorite/addFavorite', {
    category: 1,
    content: mark,
    fromId: friend.id,
    fromName: '甲',
    fromHeadUrl: '',
  });
  await who.call('/chat/setTop', { destType: 1, destId: friend.id });
  await who.call('/chat/addMark', { markName: mark, friendIds: `${friend.id}` });
  await who.call('/user/setMsgAlert', { content: mark, seconds: 40 * 24 * 3600 });
  await who.call('/chat/report', { destType: 0, destId: other.id, message: mark });
  await app.executor.write(rowsBySql(who.id, friend.id, mark, app.clock.now()));
  return { who, mark, friend, group, owned, uploads: { own: own.key, forwarded: forwarded.key } };
}

/** Asks for the deletion, as the person would. */
export async function askToDelete(
  app: TestApp,
  who: Person,
  given: Readonly<Record<string, string | number>> = {},
) {
  const code = await smsCodeOf(app, who);
  return who.call('/user/deleteAccount', {
    validateNum: code,
    pwd: PASSWORD,
    groups: 'dismiss',
    giveUpBalance: 1,
    ...given,
  });
}

/** `table.column` of every cell in the database that holds one of these texts; tables of indexes, too. */
export async function placesOf(app: TestApp, ...texts: string[]): Promise<string[]> {
  const tables = await app.sql(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'`,
  );
  const found: string[] = [];
  for (const [table] of tables) {
    const columns = await app.sql('SELECT name FROM pragma_table_info(?)', String(table));
    for (const [column] of columns)
      for (const text of texts) {
        const cell = `CAST("${column}" AS BLOB)`;
        const [row] = await app.sql(
          `SELECT 1 FROM "${table}" WHERE INSTR(${cell}, CAST(? AS BLOB)) > 0 LIMIT 1`,
          text,
        );
        if (row) found.push(`${table}.${column}`);
      }
  }
  return [...new Set(found)].sort();
}

/** Tables of the schema by their names in SQL, with their names in the code. */
export const codeNames = new Map(
  Object.entries(schema).flatMap(([name, table]) =>
    is(table, SQLiteTable) ? [[getTableConfig(table).name, name] as const] : [],
  ),
);
