import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoOperator } from '../../src/commands/demo.ts';
import { runOperation } from '../../src/operations/run.ts';
import { operations } from '../../src/operations.ts';
import { type LiveServer, liveServer } from '../support/sockets.ts';

let live: LiveServer;
beforeAll(async () => {
  live = await liveServer({ DEMO: '1', IM_SOCKETIO: 'off' });
});
afterAll(() => live.close());

/** How much a list counts. */
async function counted(name: string): Promise<number> {
  const operation = operations.find((one) => one.name === name) ?? expect.fail(name);
  const actor = { kind: 'shell', user: 'test' } as const;
  const { text } = await runOperation(live.platform, operation, { actor, requestId: '', given: {} });
  return JSON.parse(text).total;
}

test('a demo leaves something in the queues, and lets an operator in by a link; starting again changes nothing', async () => {
  const link = (await demoOperator(live.server)) ?? expect.fail('no link');
  expect(link.startsWith(`${live.server.url}/admin/invitation?code=thi_`)).toBe(true);
  const page = await fetch(link, { headers: { 'accept-language': 'en' } });
  expect(await page.text()).toContain('Choose a password.');
  expect(await demoOperator(live.server)).toBeUndefined();
  for (const name of ['identity.list', 'payouts.list', 'reports.list', 'operators.list'])
    expect([name, await counted(name)]).toEqual([name, 1]);
});
