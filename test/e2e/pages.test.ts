import { expect, test } from 'vitest';
import { newPerson } from './support/client.ts';

test('a list that grows between two of its pages shows nothing twice', async () => {
  const li = await newPerson('李雷');
  const keep = (content: string) =>
    li.call('/favorite/addFavorite', { category: 1, content, fromId: li.id, fromName: 'l', fromHeadUrl: '' });
  const page = async (pageNo: number): Promise<string[]> =>
    (await li.call('/favorite/getFavorite', { pageNo })).data.list.map(
      ({ content }: { content: string }) => content,
    );
  const kept = Array.from({ length: 23 }, (_, i) => `entry ${i}`);
  for (const content of kept) expect((await keep(content)).code).toBe('1');
  const first = await page(1);
  await keep('new');
  expect([...first, ...(await page(2))]).toEqual(kept.toReversed());
});
