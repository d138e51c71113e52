import { sql } from 'drizzle-orm';
import { Hono } from 'hono';
import { instance } from '../../db/schema/platform.ts';
import type { Home } from '../app.ts';
import { build, prepareRows } from '../platform/database/query.ts';

const answers = prepareRows(build.select({ one: sql<number>`1` }).from(instance).limit(1));
const noStore = { 'cache-control': 'no-store' };

/** `/healthz`: the process answers. `/readyz`: so does its database. */
export const health = new Hono<{ Bindings: Home }>()
  .get('/healthz', (c) => c.json({ status: 'ok' }, 200, noStore))
  .get('/readyz', async (c) => {
    try {
      const [rows] = await c.env.platform.db.read(answers());
      return rows.length > 0
        ? c.json({ status: 'ready' }, 200, noStore)
        : c.json({ status: 'not migrated' }, 503, noStore);
    } catch {
      return c.json({ status: 'database away' }, 503, noStore);
    }
  });
