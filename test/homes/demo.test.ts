import { expect } from 'vitest';
import { DEMO_PASSWORD, seedDemo } from '../../src/homes/demo.ts';
import { person } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';

const test = appTest();

test('a demo has six friends in one group, who can log in; starting again changes nothing', async ({
  app,
}) => {
  const { db } = app.platform;
  await seedDemo(db, app.platform, app.clock.now());
  await seedDemo(db, app.platform, app.clock.now());
  const login = await app.call('/chat/doLogin', { mobie: '13800000003', pwd: DEMO_PASSWORD });
  const { data } = await app.call('/chat/ready', {}, { token: login.data.token });
  expect(data.friendsInfo).toHaveLength(5);
  expect(data.groupsInfo).toMatchObject([{ name: '茶友会', role: '3' }]);
});

test('a demo leaves a database that has people alone', async ({ app }) => {
  await person(app, 'somebody');
  await seedDemo(app.platform.db, app.platform, app.clock.now());
  expect(await app.sql('SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM groups)')).toEqual([
    [1, 0],
  ]);
});
