import type { Workload } from '../workload.ts';
import { envelope, JSON_TYPE, ok, refused } from './json.ts';

interface Release {
  readonly id: number;
  readonly device: number;
  readonly version: string;
  readonly content: string;
  readonly file: string;
  readonly file_size: number;
  readonly url: string;
  readonly is_update: number;
  readonly created_at: number;
}

const NEWEST = 'SELECT * FROM releases WHERE device = likely(?) ORDER BY created_at DESC, id DESC LIMIT 1';
const NOTHING_NEWER = refused(-1, '已经是最新版本');

const answer = (release: Release) =>
  envelope(1, {
    id: String(release.id),
    device: String(release.device),
    versions: release.version,
    content: release.content,
    file: release.file,
    fileSize: String(release.file_size),
    url: release.url,
    isUpdate: String(release.is_update),
    createTime: String(release.created_at),
  });

const parts = (version: string) => version.split('.').map((part) => Number.parseInt(part, 10) || 0);

function isNewer(version: string, than: string) {
  const [left, right] = [parts(version), parts(than)];
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** A public call: what routing, parameters and the envelope cost. The limit returns bytes made beforehand. */
export const getVersion: Workload = {
  name: 'getVersion',
  about: 'public: the newest release for a device',
  path: '/getVersion',
  seed(row, { now }) {
    const content = '<p><strong>4.0.0</strong></p>\r\n<p>1、新增聊天皮肤</p>\r\n<p>2、修复已知问题</p>\r\n';
    row(
      `INSERT INTO releases (id, device, version, content, file, file_size, url, is_update, created_at)
        VALUES (1, 1, '4.0.0', ?, 'upload/Version/app.apk', 40070737, 'https://example.com/app.apk', 1, ?)`,
      content,
      now,
    );
  },
  requests: () => [{ method: 'GET', target: '/getVersion?device=1&curversion=3.9.8' }],
  limits: {
    bare({ database }) {
      const release = database.query<Release, [number]>(NEWEST).get(1);
      if (!release) throw new Error('No release was seeded.');
      const text = answer(release);
      return () => ok(text);
    },
  },
  fastify({ app, database }) {
    const newest = database.prepare(NEWEST);
    app.get<{ Querystring: { device?: string; curversion?: string } }>('/getVersion', (request, reply) => {
      const { device = '1', curversion = '0.0.1' } = request.query;
      const release = newest.get(Number(device)) as Release | undefined; // the columns of NEWEST
      const newer = release && isNewer(release.version, curversion);
      reply.header('content-type', JSON_TYPE).send(newer ? answer(release) : NOTHING_NEWER);
    });
  },
};
