import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { chosenSeed, seeded } from '../support/seeded.ts';
import { describeEvening } from './evening/suite.ts';
import { Thunderstorm } from './evening/weather.ts';
import { moments, Stream } from './stream/stream.ts';
import { useServer } from './support/client.ts';
import { canRestart, type OwnServer, startOwnServer } from './support/own-server.ts';

const RESTARTS = 3;
const TIME_MS = 180_000;

/** A Worker has no process to restart, and a server somewhere else is not the suite's to stop. */
describe.skipIf(!canRestart(inject('target')))('a server that is stopped and killed in the middle', () => {
  let server: OwnServer;
  beforeAll(async () => {
    server = await startOwnServer(inject('target'));
    useServer(server.url);
  });
  afterAll(async () => {
    useServer(undefined);
    await server?.stop();
  });

  describeEvening(
    'through restarts',
    () => server,
    (guests, random) => new Thunderstorm(guests, random, server.restart),
  );

  test(
    'a stream from three senders reaches everybody once and in order',
    async () => {
      const random = seeded(chosenSeed());
      console.error(`restarted stream: SEED=${random.seed}`);
      const stream = await Stream.begin(server);
      const [watched] = stream.receivers;
      if (!watched) throw new Error('There are receivers.');
      const restarting = stream.when(watched, moments(random, RESTARTS), server.restart);
      await Promise.all([stream.flow(), restarting]);
      await stream.expectAllInOrder();
      for (const { keeping } of stream.receivers) expect(keeping.timesConnected).toBeGreaterThan(RESTARTS);
      await stream.end();
    },
    TIME_MS,
  );
});
