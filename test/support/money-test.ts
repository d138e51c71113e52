import type { AppOptions } from './app.ts';
import { appTest } from './app-test.ts';
import { expectBalancedBooks } from './money.ts';

/** `appTest` of what moves money: after each test of the file the books balance. */
export function moneyTest(options: AppOptions = {}) {
  const test = appTest(options);
  test.afterEach(({ app }) => expectBalancedBooks(app));
  return test;
}
