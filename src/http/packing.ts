/** What a body may be packed with, the best first. */
const PACKINGS = ['br', 'gzip'] as const;
export type Packing = (typeof PACKINGS)[number];
/** Packs bytes off the event loop; absent where whoever stands in front of us does it (Cloudflare). */
export type Pack = (bytes: Uint8Array, packing: Packing) => Promise<Uint8Array<ArrayBuffer>>;

/** The packing that a client takes and we prefer. */
export function packingFor(acceptEncoding: string): Packing | undefined {
  const taken = new Map(
    acceptEncoding.split(',').map((item) => {
      const [name = '', quality = ''] = item.split(';', 2);
      return [name.trim().toLowerCase(), !/^\s*q=0(\.0*)?\s*$/i.test(quality)] as const;
    }),
  );
  return PACKINGS.find((packing) => taken.get(packing) ?? false);
}
