import { createHash } from 'node:crypto';
import type { Handler } from 'hono';
import type { Home, HttpPlatform } from './context.ts';
import { type Pack, type Packing, packingFor } from './packing.ts';

/** Whether `If-None-Match` names this ETag, compared weakly (RFC 9110, 13.1.2). */
export const isNamed = (ifNoneMatch: string, etag: string): boolean =>
  ifNoneMatch.split(',').some((item) => ['*', etag].includes(item.trim().replace(/^(?!W\/)(?=")/, 'W/')));

/** A body that is the same for everybody. */
class FixedBody {
  readonly etag: string;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #packed = new Map<Packing, Promise<Uint8Array<ArrayBuffer>>>();

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
    this.etag = `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  }

  /** The body, packed once for all who take it so. */
  async as(packing: Packing | undefined, pack: Pack | undefined): Promise<Uint8Array<ArrayBuffer>> {
    if (!packing || !pack) return this.#bytes;
    const packed = this.#packed.get(packing) ?? pack(this.#bytes, packing);
    this.#packed.set(packing, packed);
    packed.catch(() => this.#packed.delete(packing)); // the next who asks tries again
    return packed;
  }
}

/**
 * Answers GET with something that does not change while we run: made, packed and hashed once, when it is first asked
 * for; 304 to whoever has it.
 * @param load its bytes; undefined where there are none
 */
export function fixed(
  load: (platform: HttpPlatform) => Promise<Uint8Array<ArrayBuffer> | undefined>,
  headers: Readonly<Record<string, string>>,
): Handler<{ Bindings: Home }> {
  let loading: Promise<FixedBody | undefined> | undefined;
  const loaded = async (platform: HttpPlatform) => {
    const bytes = await load(platform);
    return bytes && new FixedBody(bytes);
  };
  return async (c) => {
    const { platform } = c.env;
    loading ??= loaded(platform);
    const body = await loading.catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    if (!body) return c.notFound();
    const about = {
      ...headers,
      etag: body.etag,
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
    };
    if (isNamed(c.req.header('if-none-match') ?? '', body.etag)) return c.body(null, 304, about);
    const packing = platform.pack && packingFor(c.req.header('accept-encoding') ?? '');
    const bytes = await body.as(packing, platform.pack);
    const sized = { ...about, 'content-length': `${bytes.length}` }; // HEAD has no body to count
    return c.body(bytes, 200, packing ? { ...sized, 'content-encoding': packing } : sized);
  };
}
