/**
 * Works on every item, at most `most` at a time. Work that fails gives its place up and the others go on, so that
 * one bad item stops nothing, and a database that is away is not asked for each of them.
 * Throws what one of them threw, when all have ended.
 */
export async function workThrough<Item>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const place = async () => {
    for (const item of rest) await work(item);
  };
  const ended = await Promise.allSettled(Array.from({ length: most }, place));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
}
