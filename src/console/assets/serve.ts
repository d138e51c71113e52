import { type Packing, packingFor } from '../../http/packing.ts';
import type { Answered } from '../../http/reply.ts';
import type { OperatorCall } from '../../operations/operators/operator-call.ts';
import { HASHES } from '../assets.generated.ts';
import { PATHS } from '../paths.ts';

/** What the pages load, by name. */
const TYPES = {
  'console.css': 'text/css; charset=utf-8',
  'console.js': 'text/javascript; charset=utf-8',
  'htmx.js': 'text/javascript; charset=utf-8',
} as const;
export type AssetName = keyof typeof TYPES;
const NAMES = Object.keys(TYPES) as AssetName[];

/** The address of a file, which is another one when the file is. */
export const assetPath = (name: AssetName): string => {
  const [stem, extension] = name.split('.');
  return `${PATHS.assets}${stem}.${HASHES[name]}.${extension}`;
};

const byPath = new Map(NAMES.map((name) => [assetPath(name), name]));

/** Files as they were packed once: plain bytes, which any request may have. */
const packed = new Map<string, Uint8Array<ArrayBuffer>>();

async function packedAs(
  { pack }: OperatorCall,
  name: AssetName,
  bytes: Uint8Array<ArrayBuffer>,
  packing: Packing | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!packing || !pack) return bytes;
  const key = `${name} ${packing}`;
  const found = packed.get(key) ?? (await pack(bytes, packing));
  packed.set(key, found);
  return found;
}

/** A file of the pages; undefined where there is none of that path. */
export async function serveAsset(call: OperatorCall, path: string): Promise<Answered | undefined> {
  const name = byPath.get(path);
  const bytes = name && (await call.asset(`console/${name}`));
  if (!name || !bytes) return undefined;
  const packing = call.pack && packingFor(call.header('accept-encoding') ?? '');
  const body = await packedAs(call, name, bytes, packing);
  const headers = {
    'content-type': TYPES[name],
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    vary: 'accept-encoding',
    ...(packing ? { 'content-encoding': packing } : {}),
  };
  return { response: new Response(body, { headers }), code: 'OK' };
}
