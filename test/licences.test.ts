import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      dev: z.boolean().optional(),
      license: z.string().optional(),
      // A package of ours, which stands in the list under its own folder, too.
      link: z.boolean().optional(),
    }),
  ),
});

/** Licences under which a package may be shipped with ours; all of them ask for no more than their notice. */
const ALLOWED = new Set([
  ...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT'],
  'BSD-0-Clause', // htmx’s name for 0BSD
]);

/** True where one of the licences that a package offers is allowed: `(AFL-2.1 OR BSD-3-Clause)`. */
const isAllowed = (licence: string) =>
  licence
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((offer) => offer.split(' AND ').every((part) => ALLOWED.has(part)));

test('every package that the product ships with allows it', () => {
  const { packages } = lockFile.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
  const shipped = Object.entries(packages).filter(([path, { dev, link }]) => path !== '' && !dev && !link);
  expect(shipped.length).toBeGreaterThan(10);
  const refused = shipped.filter(([, { license = 'none' }]) => !isAllowed(license));
  expect(refused.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
});
