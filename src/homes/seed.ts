import { sql } from 'drizzle-orm';
import { releases } from '../../db/schema/releases.ts';
import type { Settings } from '../core/settings.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareChange } from '../platform/database/query.ts';

const sampleRelease = prepareChange<{ content: string; url: string; now: number }>(
  sql`INSERT INTO ${releases} (id, device, version, content, file, file_size, url, is_update, created_at)
    SELECT 1, 1, '3.9.9', ${p('content')}, 'upload/Version/sample.apk', 40070737, ${p('url')}, 1, ${p('now')}
    WHERE NOT EXISTS (SELECT 1 FROM ${releases})`,
);

/** What a sandbox has from the start (docs/decisions.md#seeds): a sample release. Harmless to repeat. */
export async function seed(db: Db, config: Settings, now: number): Promise<void> {
  if (config.MODE !== 'sandbox') return;
  const content = '<p><strong>Teahouse 3.9.9</strong></p>\r\n\r\n<p>1、示例版本，仅见于沙箱模式</p>\r\n';
  await db.write(sampleRelease({ content, url: 'https://example.com/teahouse-3.9.9.apk', now }));
}
