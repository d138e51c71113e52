/**
 * A map that holds a limited number of entries. Where it is full, the oldest entry makes room for a new one; an entry
 * that is set again counts as new.
 */
export class BoundedMap<Key, Value> {
  private readonly entries = new Map<Key, Value>();
  private readonly capacity: number;
  private readonly onEvicted: (value: Value, key: Key) => void;

  /** @param onEvicted what becomes of an entry that makes room, or is let go with all others */
  constructor(capacity: number, onEvicted: (value: Value, key: Key) => void = () => {}) {
    this.capacity = capacity;
    this.onEvicted = onEvicted;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: Key): Value | undefined {
    return this.entries.get(key);
  }

  set(key: Key, value: Value): void {
    this.entries.delete(key);
    if (this.entries.size >= this.capacity) this.evictOldest();
    this.entries.set(key, value);
  }

  delete(key: Key): void {
    this.entries.delete(key);
  }

  clear(): void {
    for (const [key, value] of this.entries) this.onEvicted(value, key);
    this.entries.clear();
  }

  private evictOldest(): void {
    const [oldest] = this.entries;
    if (!oldest) return;
    const [key, value] = oldest;
    this.entries.delete(key);
    this.onEvicted(value, key);
  }
}
