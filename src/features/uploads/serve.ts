import { zValidator } from '@hono/zod-validator';
import { Hono, type Context as HonoContext } from 'hono';
import * as z from 'zod';
import { envelope } from '../../http/envelope.ts';
import { type FileMeta, type Files, isFileKey } from '../../platform/files/files.ts';
import type { AppHome } from '../../realtime/context.ts';
import { attachment } from './file-names.ts';
import { DOWNLOAD, shownTypes } from './formats/sniff.ts';
import { rowKeyOf } from './keys.ts';
import { namesEtag, parseRange } from './range.ts';
import { seekUpload } from './states.ts';
import { SMALL } from './store.ts';

/** Anybody may show an upload, nobody may run one: whatever it holds, no browser executes it as ours. */
const safety = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'",
};

/** A file never changes; a day is how long a copy may outlive one that is taken down (docs/decisions.md#uploads). */
const CACHE = 'public, max-age=86400';

function refusal(
  c: HonoContext,
  info: string,
  status: 404 | 410 | 416,
  headers: Record<string, string> = {},
) {
  return c.body(envelope(-1, { info }), status, {
    ...safety,
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
  });
}

/** The file of this key. A picture that was too small for a smaller copy is its own. */
async function find(files: Files, key: string): Promise<{ key: string; meta: FileMeta } | undefined> {
  const meta = await files.head(key);
  if (meta) return { key, meta };
  const full = key.startsWith(SMALL) ? key.slice(SMALL.length) : '';
  const fullMeta = isFileKey(full) ? await files.head(full) : undefined;
  return fullMeta && { key: full, meta: fullMeta };
}

const requestedRange = (c: HonoContext, { etag, size }: FileMeta) => {
  const header = c.req.header('range');
  const unchanged = c.req.header('if-range') ?? etag;
  return c.req.raw.method === 'GET' && header && unchanged === etag ? parseRange(header, size) : undefined;
};

/** What is known to be a picture, a voice or a film is shown; anything else is offered for download, and no more. */
const presentation = (key: string, { contentType, name }: FileMeta) =>
  shownTypes.has(contentType)
    ? { 'content-type': contentType, 'content-disposition': 'inline' }
    : { 'content-type': DOWNLOAD, 'content-disposition': attachment(name ?? key) };

async function serveFile(c: HonoContext<{ Bindings: AppHome }>, wanted: string) {
  const { files } = c.env.platform;
  let found = await find(files, wanted);
  if (!found) {
    // The database is asked only about what the store does not show: it keeps the reason.
    const became = await seekUpload(c.env.platform, rowKeyOf(wanted));
    if (became === 'gone') return refusal(c, '文件已被移除', 410);
    if (became === 'back') found = await find(files, wanted);
  }
  if (!found) return refusal(c, '文件不存在', 404);
  const { key, meta } = found;
  const headers = {
    ...safety,
    etag: meta.etag,
    'cache-control': CACHE,
    'accept-ranges': 'bytes',
  };
  const known = c.req.header('if-none-match');
  if (known !== undefined && namesEtag(known, meta.etag)) return c.body(null, 304, headers);
  const range = requestedRange(c, meta);
  if (range === 'unsatisfiable') {
    return refusal(c, '请求范围无效', 416, { 'content-range': `bytes */${meta.size}` });
  }
  const about = { ...headers, ...presentation(key, meta) };
  if (c.req.raw.method === 'HEAD') return c.body(null, 200, { ...about, 'content-length': `${meta.size}` });
  const file = await files.get(key, range);
  if (!file) return refusal(c, '文件不存在', 404);
  if (!range) return c.body(file.body, 200, { ...about, 'content-length': `${meta.size}` });
  return c.body(file.body, 206, {
    ...about,
    'content-length': `${range.end - range.start + 1}`,
    'content-range': `bytes ${range.start}-${range.end}/${meta.size}`,
  });
}

const params = zValidator('param', z.object({ key: z.string().refine(isFileKey) }), (result, c) =>
  result.success ? undefined : refusal(c, '文件不存在', 404),
);

/** GET and HEAD of uploads: in parts where asked for, never executable. */
export const uploadRoutes = new Hono<{ Bindings: AppHome }>().get('/upload/:key', params, (c) =>
  serveFile(c, c.req.valid('param').key),
);
