import { person } from './app.ts';
import { appTest } from './app-test.ts';
import { groupOf } from './groups.ts';

/** `appTest` with a group, of which nobody has heard an event yet: its owner, an admin, a member, and a guest outside. */
export const groupTest = () =>
  appTest()
    .extend('owner', ({ app }) => person(app, 'owner'))
    .extend('admin', ({ app }) => person(app, 'admin'))
    .extend('member', ({ app }) => person(app, 'member'))
    .extend('guest', ({ app }) => person(app, 'guest'))
    /** Takes away the events so far. */
    .extend(
      'forget',
      ({ app }) =>
        () =>
          app.executor.write([{ sql: 'DELETE FROM inbox', params: [], kind: 'change' }]),
    )
    .extend('group', { auto: true }, async ({ owner, admin, member, forget }) => {
      const group = await groupOf(owner, admin, member);
      await owner.call('/chat/setGroupAdmin', { groupId: group, destId: admin.id });
      await forget();
      return group;
    });
