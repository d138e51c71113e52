type Perhaps<Value> = Value | Promise<Value>;

/**
 * Where an app keeps texts by name. `localStorage`, React Native's AsyncStorage and a `Map` of your own come near
 * it: see `webStore`.
 */
export interface Store {
  get(name: string): Perhaps<string | null | undefined>;
  set(name: string, text: string): Perhaps<unknown>;
  remove(name: string): Perhaps<unknown>;
}

/** Keeps texts until the program ends. */
export function memoryStore(): Store {
  const texts = new Map<string, string>();
  return {
    get: (name) => texts.get(name),
    set: (name, text) => texts.set(name, text),
    remove: (name) => texts.delete(name),
  };
}

/** `localStorage`, or anything with its three methods, whether they answer at once or with promises. */
export interface WebStorage {
  getItem(name: string): Perhaps<string | null>;
  setItem(name: string, text: string): Perhaps<unknown>;
  removeItem(name: string): Perhaps<unknown>;
}

/** Keeps texts in a browser's storage, or in React Native's AsyncStorage. */
export const webStore = (storage: WebStorage, prefix = 'teahouse.'): Store => ({
  get: (name) => storage.getItem(prefix + name),
  set: (name, text) => storage.setItem(prefix + name, text),
  remove: (name) => storage.removeItem(prefix + name),
});
