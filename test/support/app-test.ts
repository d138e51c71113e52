import { test as bare } from 'vitest';
import { type AppOptions, HeldClock, person, testApp } from './app.ts';

/** Closes what a fixture has opened. */
type OnCleanup = (close: () => Promise<void>) => void;

async function open(options: AppOptions, clock: HeldClock, onCleanup: OnCleanup) {
  const app = await testApp({ clock, ...options });
  onCleanup(() => app.close());
  return app;
}

/**
 * `test` with an application of its own for each test: a fresh database, a held clock, and people to call it. Whatever
 * a test does not name is not made; what was made is closed after it.
 */
export const appTest = (options: AppOptions = {}) =>
  bare
    .extend('clock', () => new HeldClock())
    .extend('options', () => options)
    .extend('app', ({ options, clock }, { onCleanup }) => open(options, clock, onCleanup))
    .extend('li', ({ app }) => person(app, '李雷'))
    .extend('wang', ({ app }) => person(app, '王梅'))
    .extend('zhao', ({ app }) => person(app, '赵云'));

/** The same with one application for all tests of a file, which leave each other alone or build on each other. */
export const sharedAppTest = (options: AppOptions = {}) =>
  bare
    .extend('clock', { scope: 'file' }, () => new HeldClock())
    .extend('options', { scope: 'file' }, () => options)
    .extend('app', { scope: 'file' }, ({ options, clock }, { onCleanup }) => open(options, clock, onCleanup))
    .extend('li', { scope: 'file' }, ({ app }) => person(app, '李雷'))
    .extend('wang', { scope: 'file' }, ({ app }) => person(app, '王梅'))
    .extend('zhao', { scope: 'file' }, ({ app }) => person(app, '赵云'));
