import { test as bare } from 'vitest';
import { type AppOptions, HeldClock, person, testApp } from './app.ts';
import { seededRandom, seedOf } from './seeded.ts';

/** Closes what a fixture has opened. */
type OnCleanup = (close: () => Promise<void>) => void;

async function open(options: AppOptions, onCleanup: OnCleanup) {
  const app = await testApp(options);
  onCleanup(() => app.close());
  return app;
}

/**
 * `test` with an application of its own for each test: a fresh database, a held clock, chance that is the same in each
 * run of the test (SEED tries another one), and people to call it. The application is there always, and of the people
 * and of what a file adds only what a test names. What was made is closed after the test.
 */
export const appTest = (options: AppOptions = {}) =>
  bare
    .extend('clock', () => new HeldClock())
    .extend('random', ({ task }) => seededRandom(seedOf(task.fullTestName)))
    .extend('options', () => options)
    .extend('app', { auto: true }, ({ options, clock, random }, { onCleanup }) =>
      open({ clock, random, ...options }, onCleanup),
    )
    .extend('li', ({ app }) => person(app, '李雷'))
    .extend('wang', ({ app }) => person(app, '王梅'))
    .extend('zhao', ({ app }) => person(app, '赵云'));

/** The same with one application for all tests of a file, which leave each other alone or build on each other. */
export const sharedAppTest = (options: AppOptions = {}) =>
  bare
    .extend('clock', { scope: 'file' }, () => new HeldClock())
    .extend('random', { scope: 'file' }, () => seededRandom(seedOf('')))
    .extend('options', { scope: 'file' }, () => options)
    .extend('app', { scope: 'file', auto: true }, ({ options, clock, random }, { onCleanup }) =>
      open({ clock, random, ...options }, onCleanup),
    )
    .extend('li', { scope: 'file' }, ({ app }) => person(app, '李雷'))
    .extend('wang', { scope: 'file' }, ({ app }) => person(app, '王梅'))
    .extend('zhao', { scope: 'file' }, ({ app }) => person(app, '赵云'));
