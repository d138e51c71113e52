import { and, desc, eq, getTableColumns, isNull } from 'drizzle-orm';
import { releases } from '../../../db/schema/releases.ts';
import { refuse } from '../../http/failure.ts';
import { integer, orElse, text } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { p, prepareSelect } from '../../platform/database/query.ts';
import { openEndpoint } from '../../realtime/endpoint.ts';
import { safeHtml } from './safe-html.ts';
import { isNewer } from './version.ts';

const newest = prepareSelect<{ device: number }>()(getTableColumns(releases), (select) =>
  select
    .from(releases)
    .where(and(eq(releases.device, p('device')), isNull(releases.withdrawnAt)))
    .orderBy(desc(releases.createdAt), desc(releases.id))
    .limit(1),
);

export const getVersion = openEndpoint({
  no: 240,
  path: '/getVersion',
  title: '版本更新接口',
  summary: 'The newest release of the app for a device kind, where the caller has an older one.',
  params: {
    device: orElse(integer('设备类型：1 安卓 2 ios 3 pc 4 网页', 0, 4), 1),
    curversion: orElse(text('当前版本', 32), '0.0.1'),
  },
  data: wire.object({
    id: wire.id('版本标识'),
    device: wire.count('设备类型'),
    versions: wire.text('版本号'),
    content: wire.text('更新内容，HTML'),
    file: wire.text('文件路径'),
    fileSize: wire.count('文件大小'),
    url: wire.text('下载地址'),
    isUpdate: wire.flag('1 必须更新'),
    createTime: wire.time('发布时间'),
  }),
  keptMs: 1000,
  errors: { NOTHING_NEWER: [-1, '已经是最新版本'] },
  handler: async (context, { device, curversion }) => {
    const [release] = await context.db.read(newest({ device }));
    if (!release || !isNewer(release.version, curversion)) refuse('NOTHING_NEWER');
    const { id, version, file, fileSize, isUpdate, createdAt } = release;
    const content = safeHtml(release.content);
    // An upload is where this server is, however the caller calls it.
    const url = release.url || `${context.publicUrl}/${file}`;
    return { id, device, versions: version, content, file, fileSize, url, isUpdate, createTime: createdAt };
  },
});
