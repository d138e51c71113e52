/** Bytes that the server makes for itself and could make again: nobody's URL, in no list of uploads. */
export interface OwnFiles {
  get(name: string): Promise<ArrayBuffer | undefined>;
  put(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  delete(name: string): Promise<void>;
}

/** Where they lie in a bucket: no upload's key begins so, because none holds a slash. */
const OWN = 'own/';

/** The server's own files in the bucket of uploads. */
export const r2OwnFiles = (bucket: R2Bucket): OwnFiles => ({
  async get(name) {
    const found = await bucket.get(OWN + name);
    return found?.arrayBuffer();
  },
  async put(name, bytes) {
    await bucket.put(OWN + name, bytes);
  },
  delete: (name) => bucket.delete(OWN + name),
});
