/**
 * Works on every item, at most `most` at a time. Work that fails gives its place up and the others go on, so that
 * one bad item stops nothing, and a database that is away is not asked for each of them.
 * Throws what one of them threw, when all have ended.
 * @returns what each item's work answered, in the order of the items
 */
export async function workThrough<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const rest = items.entries();
  const results: Result[] = [];
  const place = async () => {
    for (const [i, item] of rest) results[i] = await work(item);
  };
  const ended = await Promise.allSettled(Array.from({ length: most }, place));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
  return results;
}
