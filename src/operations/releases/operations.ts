import { desc, sql } from 'drizzle-orm';
import * as z from 'zod';
import { releases } from '../../../db/schema/releases.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { isNewer } from '../../features/releases/version.ts';
import { keyNamed } from '../../features/uploads/operate.ts';
import { p, prepareRead, prepareSelect } from '../../platform/database/query.ts';
import { changeItem } from '../catalogue/change.ts';
import { offeredText } from '../catalogue/facts.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, operation } from '../operation.ts';
import { file, flag, formed, oneOf, optional, text, whole } from '../params.ts';
import { nothingDone, Refused } from '../refused.ts';
import { timeText } from '../shown.ts';
import { putRelease, releaseItem } from './item.ts';
import { notesHtml } from './notes.ts';

/** As getVersion numbers them, from 1. */
const PLATFORMS = ['android', 'ios', 'pc', 'web'] as const;

const page = prepareSelect<{ readonly behind: number }>()(
  {
    id: releases.id,
    device: releases.device,
    version: releases.version,
    url: releases.url,
    file: releases.file,
    isUpdate: releases.isUpdate,
    createdAt: releases.createdAt,
    withdrawnAt: releases.withdrawnAt,
  },
  (select) =>
    select
      .from(releases)
      .where(sql`${releases.id} < ${p('behind')}`)
      .orderBy(desc(releases.id))
      .limit(LIST_SIZE),
);
const count = prepareRead<void, { total: number }>(sql`SELECT count(*) FROM ${releases}`, ['total']);
const look = prepareRead<{ device: number }, { highest: number; newest: string | null }>(
  sql`SELECT COALESCE(max(id), 0), (SELECT version FROM ${releases}
    WHERE device = ${p('device')} AND withdrawn_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1) FROM ${releases}`,
  ['highest', 'newest'],
);

export const list = listing({
  name: 'releases.list',
  roles: ['viewer', 'support', 'moderator', 'finance'],
  about:
    'releases of the app, newest first: release, platform, version, state, whether it must be taken, where it is',
  params: {},
  counted: 'releases',
  row: z.object({
    release: z.number(),
    platform: z.string(),
    version: z.string(),
    state: z.string(),
    required: z.string(),
    file: z.string(),
    at: z.string(),
  }),
  async read({ db }, _, after) {
    const [behind = Number.MAX_SAFE_INTEGER] = keyOf(after, ['number']) ?? [];
    const { rows, total } = await db.read({ rows: page({ behind: Number(behind) }), total: count() });
    return pageOf(
      rows,
      total[0]?.total,
      (row) => ({
        release: row.id,
        platform: PLATFORMS[row.device - 1] ?? String(row.device),
        version: row.version,
        state: offeredText(row.withdrawnAt),
        required: row.isUpdate ? 'required' : '',
        file: row.url || row.file,
        at: timeText(row.createdAt),
      }),
      ({ id }) => [id],
    );
  },
});

const url = formed(
  'address',
  /^https:\/\/[^\s"<>\\]{4,500}$/,
  'one that begins with https://',
  'https://a.example/b',
);

/** A release is what every phone installs: it is the owner’s. */
export const publish = operation({
  name: 'releases.publish',
  roles: [],
  subject: 'release',
  about: 'offers a version to the apps of a platform that have an older one: an upload, or an https address',
  operands: ['platform', 'version'],
  danger: true,
  params: {
    platform: oneOf('platform', PLATFORMS),
    version: formed('version', /^\d{1,6}(?:\.\d{1,6}){0,3}$/, 'digits with dots, as 3.9.10', '3.9.10'),
    notes: optional(file('notes, in Markdown or plain text', 20_000)),
    upload: optional(text('upload: its URL or key', 300)),
    url: optional(url),
    bytes: optional(whole('size in bytes', 1, 10_000_000_000, 40_070_737)),
    required: flag('apps must take it before they go on'),
  },
  async run(home, { platform, version, notes = '', upload, url, bytes, required }, _, actor) {
    if (upload !== undefined && url !== undefined)
      throw new Refused('INVALID_PARAMETER', 'Give an upload or an address, not both.', 'url');
    if (upload === undefined && url === undefined)
      nothingDone('Nothing to publish: give an upload or an address.');
    const device = PLATFORMS.indexOf(platform) + 1;
    const [found] = await home.db.read(look({ device }));
    if (found?.newest && !isNewer(version, found.newest))
      nothingDone(`Version ${found.newest} is offered, and ${version} is not newer: withdraw that first.`);
    const key = upload === undefined ? '' : keyNamed(upload);
    return changeItem(home, releaseItem, {
      on: String((found?.highest ?? 0) + 1),
      actor,
      edit: () => ({
        device,
        version,
        url: url ?? '',
        file: key,
        bytes: bytes ?? 0,
        required: required ? 1 : 0,
        withdrawn: 0,
      }),
      put: (values) => putRelease({ ...values, notes, content: notesHtml(notes) }),
      whyNot: async () => (upload === undefined ? undefined : 'There is no such upload that is served.'),
    });
  },
});

export const withdraw = operation({
  name: 'releases.withdraw',
  roles: [],
  subject: 'release',
  about: 'offers it to nobody any more; apps are offered the newest of the others',
  operands: ['release'],
  danger: true,
  params: { release: whole('release', 1, 999_999, 999_999) },
  run: (home, { release }, _, actor) =>
    changeItem(home, releaseItem, {
      on: String(release),
      actor,
      edit: (before) => ({ ...(before ?? nothingDone(`There is no release ${release}.`)), withdrawn: 1 }),
    }),
});
