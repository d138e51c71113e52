import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONSOLE_FILES } from '../../scripts/console-files.ts';
import { PATHS, pageOf } from '../../src/console/paths.ts';
import { ROLES } from '../../src/operations/actor.ts';
import { rolesOf } from '../../src/operations/describe.ts';
import { operations } from '../../src/operations.ts';
import { type Person, person, type TestApp, testApp } from '../support/app.ts';
import { browse, operationsIn, type Somebody, somebody } from '../support/console.ts';

let app: TestApp;
let li: Person;
let group: number;
const people = new Map<string, Somebody>();
beforeAll(async () => {
  app = await testApp();
  li = await person(app);
  const wang = await person(app);
  group = Number((await li.call('/chat/createGroup', { name: '茶', ids: String(wang.id) })).data.id);
  for (const role of ROLES) people.set(role, await somebody(app, role));
});
afterAll(() => app.close());

/** The screens that are composed by hand, and ask for nothing. */
const SCREENS = [
  PATHS.today,
  PATHS.queues,
  PATHS.people,
  PATHS.groups,
  PATHS.content,
  PATHS.money,
  PATHS.catalogue,
  PATHS.releases,
  PATHS.announcements,
  PATHS.uploads,
  PATHS.operators,
  PATHS.operations,
  PATHS.account,
];

const as = (role: string) => people.get(role) ?? expect.fail(role);
const allowed = (role: string): string[] =>
  operations.filter((operation) => rolesOf(operation).some((one) => one === role)).map(({ name }) => name);

describe.each(ROLES)('to the role %s', (role) => {
  test('every operation that it may do has a page, and no other', async () => {
    const may = allowed(role);
    for (const { name } of operations) {
      const page = await as(role).get(pageOf(name));
      expect([name, page.status]).toEqual([name, may.includes(name) ? 200 : 403]);
      expect(page.headers.get('content-type')).toContain('text/html');
    }
  });

  test('no page leads to what it may not do', async () => {
    const may = allowed(role);
    const paths = [
      ...SCREENS,
      `${PATHS.person}?user=${li.id}`,
      `${PATHS.group}?group=${group}`,
      `${PATHS.groups}?user=${li.id}`,
      ...may.map((name) => `${PATHS.operations}/${name.replace('.', '/')}`),
    ];
    for (const path of paths)
      for (const language of ['en', 'zh'])
        expect(
          operationsIn(await as(role).get(path, { language })).filter((name) => !may.includes(name)),
        ).toEqual([]);
    const index = await as(role).get(PATHS.operations);
    expect(operationsIn(index).sort()).toEqual(may);
  });

  test('every screen is in its menu, or is refused', async () => {
    const { text } = await as(role).get(PATHS.today);
    const menu = text.slice(text.indexOf('<nav'), text.indexOf('</nav>'));
    for (const path of SCREENS) {
      const { status } = await as(role).get(path);
      const isInMenu = menu.includes(`href="${path}"`);
      const isReached = isInMenu || path === PATHS.account || path === PATHS.uploads;
      expect([path, status === 200 ? isReached : status]).toEqual([path, status === 200 ? true : 403]);
      if (isInMenu) expect([path, status]).toEqual([path, 200]);
    }
  });

  test('a form that it may not send does nothing', async () => {
    const may = allowed(role);
    const token = /name="_token" value="([^"]+)"/.exec((await as(role).get(PATHS.today)).text)?.[1];
    for (const { name, kind } of operations) {
      if (may.includes(name) || kind === 'list') continue;
      const { status } = await as(role).post(pageOf(name), { _token: token, _sure: 'true', reason: 'why' });
      expect([name, status]).toEqual([name, 403]);
    }
  });
});

test('whoever is not logged in comes to the login from every page, and is led back', async () => {
  const asNobody = async (path: string) => {
    const { status, location } = await browse(app, path);
    return [status, location];
  };
  const back = (path: string) => [303, `${PATHS.login}?next=${encodeURIComponent(path)}`];
  for (const path of [PATHS.queues, `${PATHS.person}?user=1`, ...operations.map(({ name }) => pageOf(name))])
    expect(await asNobody(path)).toEqual(back(path));
});

test('what the pages load is as small as it was meant to be', () => {
  const MOST = { 'htmx.js': 14_000, 'console.js': 4000, 'console.css': 10_000 };
  for (const [name, path] of Object.entries(CONSOLE_FILES)) {
    const bytes = gzipSync(readFileSync(path), { level: 9 }).length;
    expect(bytes, name).toBeLessThanOrEqual(MOST[name as keyof typeof MOST]);
  }
});
