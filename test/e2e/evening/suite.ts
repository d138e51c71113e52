import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chosenSeed, type Seeded, seeded } from '../../support/seeded.ts';
import { SocketIoDevice } from '../support/socketio-device.ts';
import { type Addresses, type Guest, gather } from './cast.ts';
import { CHAPTERS } from './chapters.ts';
import {
  expectMoneyRight,
  expectNothingLeft,
  expectOnceInOrder,
  expectPresenceFromFriends,
  expectSecretsKept,
} from './end.ts';
import { Evening } from './evening.ts';
import type { Weather } from './weather.ts';

/**
 * The whole evening as tests, each chapter after the one before.
 * @param server the server, when it runs
 */
export function describeEvening(
  title: string,
  server: () => Addresses,
  weatherOf: (guests: readonly Guest[], random: Seeded) => Weather,
): void {
  describe(`an evening of six people, seen by all of them live, ${title}`, () => {
    let evening: Evening;
    beforeAll(async () => {
      const random = seeded(chosenSeed());
      console.error(`evening: SEED=${random.seed}`);
      const guests = await gather(server());
      evening = new Evening(guests, weatherOf(guests, random));
    });
    afterAll(() => evening?.close());

    test.each(CHAPTERS)('%s', (_, happens) => happens(evening));

    test('everybody has everything once and in order on every device', () => expectOnceInOrder(evening));
    test('nobody has seen what was not meant for him', () => expectSecretsKept(evening));
    test('every wallet holds what was paid', () => expectMoneyRight(evening));
    test('only friends heard who came and went', () => expectPresenceFromFriends(evening));
    test('lines broke only where they should', () => evening.weather.check(evening.devices));
    test('one of them takes part with an app of the original', ({ skip }) => {
      skip(!server().socketIoUrl, 'There is no port for it.');
      const { keeping } = evening.device('陈');
      expect(evening.device('陈')).toBeInstanceOf(SocketIoDevice);
      expect(keeping.events.length).toBeGreaterThan(30);
    });
    test('what everybody has acknowledged is kept no longer', () => expectNothingLeft(evening));
  });
}
