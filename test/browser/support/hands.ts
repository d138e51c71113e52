import type { Locator, Page } from 'playwright-core';

/** How somebody works a page: with a mouse, or with a keyboard alone. */
export interface Hands {
  /** Follows a link, presses a button, opens what is folded. */
  use(target: Locator): Promise<void>;
  /** Fills a field of the page's own part. */
  fill(name: string, text: string): Promise<void>;
  choose(name: string, value: string): Promise<void>;
  tick(name: string): Promise<void>;
}

const fieldOf = (page: Page, name: string) => page.locator(`main [name="${name}"]:visible`).first();

const byMouse = (page: Page): Hands => ({
  use: (target) => target.click(),
  fill: (name, text) => fieldOf(page, name).fill(text),
  async choose(name, value) {
    await fieldOf(page, name).selectOption(value);
  },
  tick: (name) => fieldOf(page, name).check(),
});

/** More than any page of the console has to step through. */
const MOST_STEPS = 400;

function byKeyboard(page: Page): Hands {
  const { keyboard } = page;
  /** How many steps it is away, as far as can be told: backwards where it stands before. */
  const stepsTo = (target: Locator) =>
    target.evaluate((it) => {
      const stops = [
        ...it.ownerDocument.querySelectorAll('a[href],button,input,select,textarea,summary,[tabindex="0"]'),
      ];
      const seen = stops.filter((stop) => stop.getClientRects().length > 0);
      return seen.indexOf(it) - seen.indexOf(it.ownerDocument.activeElement ?? it);
    });

  /** Steps to it with the tabulator, from wherever the focus is. */
  async function reach(target: Locator): Promise<void> {
    await target.waitFor();
    const away = await stepsTo(target);
    const key = away < 0 ? 'Shift+Tab' : 'Tab';
    for (let step = 0; step < Math.abs(away) - 1; step += 1) await keyboard.press(key);
    for (let step = 0; step < MOST_STEPS; step += 1) {
      if (await target.evaluate((it) => it === it.ownerDocument.activeElement)) return;
      await keyboard.press(key);
    }
    throw new Error(`No number of steps leads to ${target}.`);
  }
  return {
    async use(target) {
      await reach(target);
      await keyboard.press('Enter');
    },
    async fill(name, text) {
      await reach(fieldOf(page, name));
      await keyboard.press('Control+A');
      await keyboard.insertText(text);
    },
    async choose(name, value) {
      const field = fieldOf(page, name);
      await reach(field);
      const all = await field
        .locator('option')
        .evaluateAll((them) => them.map((it) => it.getAttribute('value')));
      await keyboard.press('Home');
      for (let step = 0; step < all.indexOf(value); step += 1) await keyboard.press('ArrowDown');
    },
    async tick(name) {
      await reach(fieldOf(page, name));
      await keyboard.press('Space');
    },
  };
}

export const handsOn = (page: Page, how: 'mouse' | 'keyboard'): Hands =>
  how === 'mouse' ? byMouse(page) : byKeyboard(page);
