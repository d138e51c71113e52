import type { BenchRequest, Workload, World } from '../workload.ts';
import { envelope, JSON_TYPE, ok, refused } from './json.ts';

const SESSION = 'SELECT 1 FROM sessions WHERE id = ? AND ended_at IS NULL';

// likely() keeps SQLite from planning the statement anew at every call; without it both peers are much slower.
const PROFILE = `
  SELECT u.id, u.mobile, u.vip_number, u.name, u.nick_name, u.mail, u.sex, u.birthday, u.sign, u.province,
    u.city, u.district, u.detail, u.head_url, u.moments_cover, u.need_auth, u.new_notification,
    u.search_mobile, u.is_auth, u.status, u.is_online, u.recommender_id, u.created_at,
    COALESCE(f.state, 0) AS state, COALESCE(f.remark, '') AS remark, COALESCE(f.is_blocked, 0) AS is_blocked,
    COALESCE(f.shows_moments, 0) AS shows_moments, COALESCE(f.views_moments, 0) AS views_moments,
    COALESCE((SELECT group_concat(name, ',') FROM (SELECT l.name AS name FROM label_friends lf
      JOIN labels l ON l.id = lf.label_id AND l.deleted_at IS NULL
      WHERE lf.user_id = likely(?) AND lf.friend_id = u.id ORDER BY l.sort, l.id)), '') AS marks,
    CASE WHEN u.id = likely(?) THEN i.sealed_name END AS sealed_name,
    CASE WHEN u.id = likely(?) THEN i.sealed_id_no END AS sealed_id_no
  FROM users u
  LEFT JOIN friendships f ON f.user_id = likely(?) AND f.friend_id = u.id
  LEFT JOIN identity_checks i ON i.user_id = u.id
  WHERE u.id = likely(?)`;

interface Profile {
  readonly [column: string]: string | number | null;
  readonly id: number;
  readonly mobile: string;
  readonly state: number;
}

const ENDED = refused(601, '登录过期');
const NOBODY = refused(-1, '用户不存在');
const text = (value: string | number | null | undefined) => String(value ?? '');

/** The user as the caller sees him. None of the seeded ones has confirmed a real name. */
function answer(row: Profile, me: number): string {
  const isFriend = row.state === 2;
  const own = (value: string | number | null | undefined) => (row.id === me ? text(value) : '');
  return envelope(1, {
    id: text(row.id),
    name: text(row['name']),
    nickName: text(row['nick_name']),
    mobile: isFriend || row.id === me ? row.mobile : '',
    mail: text(row['mail']),
    sex: text(row['sex']),
    birthday: text(row['birthday']),
    sign: text(row['sign']),
    province: text(row['province']),
    city: text(row['city']),
    district: text(row['district']),
    detail: text(row['detail']),
    headUrl: text(row['head_url']),
    isOnline: text(row['is_online']),
    createTime: text(row['created_at']),
    status: text(row['status']),
    needAuth: own(row['need_auth']),
    searchMobile: own(row['search_mobile']),
    newNotification: own(row['new_notification']),
    isAuth: own(row['is_auth']),
    recommandUserId: own(row['recommender_id']),
    feedBackImage: text(row['moments_cover']),
    IMNo: text(row['vip_number']),
    pwd: '',
    idNo: '',
    realName: '',
    longitude: '',
    latitude: '',
    feedbackImage: '',
    remark: text(row['remark']),
    isBlack: text(row['is_blocked']),
    isFriend: isFriend ? '1' : '0',
    feedPrivUser: isFriend ? text(row['shows_moments']) : '0',
    feedPrivFriend: isFriend ? text(row['views_moments']) : '0',
    marks: text(row['marks']),
  });
}

/** Every user once; every other request asks for a friend. */
function requests({ users }: World): BenchRequest[] {
  return users.flatMap(({ id, token }, i) => {
    const other = users[(i + (i % 2 === 0 ? 1 : 4001)) % users.length];
    return other
      ? [{ method: 'GET', target: `/chat/getUserById?userId=${id}&destId=${other.id}`, token }]
      : [];
  });
}

/** A call of a logged-in user, each time another one: the token, the session, one query, 34 keys. */
export const getUserById: Workload = {
  name: 'getUserById',
  about: 'logged in, another caller each time: a user with friendship and labels',
  path: '/chat/getUserById',
  requests,
  limits: {
    bare({ database, caller }) {
      const session = database.prepare<unknown, [number]>(SESSION);
      const profile = database.prepare<Profile, number[]>(PROFILE);
      return async (request) => {
        const checked = caller(request);
        const claims = checked instanceof Promise ? await checked : checked;
        if (!claims || !session.get(claims.sessionId)) return ok(ENDED);
        const { url } = request;
        const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
        const me = claims.userId;
        const row = profile.get(me, me, me, me, Number(query.get('destId')));
        return ok(row ? answer(row, me) : NOBODY);
      };
    },
  },
  fastify({ app, database, caller }) {
    const session = database.prepare(SESSION);
    const profile = database.prepare(PROFILE);
    app.get<{ Querystring: { destId?: string } }>('/chat/getUserById', async (request, reply) => {
      const claims = await caller(request.headers.authorization);
      reply.header('content-type', JSON_TYPE);
      if (!claims || !session.get(claims.sessionId)) return ENDED;
      const me = claims.userId;
      const row = profile.get(me, me, me, me, Number(request.query.destId)) as Profile | undefined; // as PROFILE selects
      return row ? answer(row, me) : NOBODY;
    });
  },
};
