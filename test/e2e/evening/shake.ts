import { expect } from 'vitest';
import { NAMES, type Name } from './cast.ts';
import { type Evening, told } from './evening.ts';

/** Two shake at one place: the first, who waits, is told whom he has met. */
export async function shake(evening: Evening): Promise<void> {
  const [one = 0, other = 0] = crypto.getRandomValues(new Uint32Array(2));
  const place = { latitude: 60 + (one % 20_000) / 1000, longitude: (other % 180_000) / 1000 };
  const shakes = (who: Name) => evening.guest(who).person.call('/geo/findRandom', place);
  // Whoever shakes anywhere at that moment may be the partner of one of them: then the next two try.
  for (let i = 0; i + 1 < NAMES.length; i += 2) {
    const [first, second] = NAMES.slice(i, i + 2) as [Name, Name]; // two of six
    const met = await evening.step(
      async () => (await shakes(first)).code === '0' && (await shakes(second)).data.user?.id,
      (whom) =>
        whom === String(evening.id(first)) ? { [first]: [told(69, second, { id: evening.id(second) })] } : {},
    );
    if (met === String(evening.id(first))) return;
  }
  expect.unreachable('Three pairs in a row met somebody else.');
}
