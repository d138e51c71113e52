import { r2Files } from '../../src/platform/files.r2.ts';
import { imagesThumbnails } from '../../src/platform/thumbnails.images.ts';

interface Env {
  FILES: R2Bucket;
  IMAGES: ImagesBinding;
}

/** The adapters of Workers, over HTTP, so that the suites can call them where they really run. */
async function answer(request: Request, env: Env): Promise<Response> {
  const url = new URL(request.url);
  const key = url.searchParams.get('key') ?? '';
  const files = r2Files(env.FILES);
  switch (url.pathname) {
    case '/put': {
      const type = request.headers.get('content-type') ?? '';
      const body = url.searchParams.has('whole')
        ? new Uint8Array(await request.arrayBuffer())
        : (request.body ?? new Blob([]).stream());
      return Response.json(await files.put(key, body, type));
    }
    case '/head':
      return Response.json((await files.head(key)) ?? null);
    case '/get': {
      const [start, end] = [url.searchParams.get('start'), url.searchParams.get('end')];
      const range = start !== null && end !== null ? { start: Number(start), end: Number(end) } : undefined;
      const file = await files.get(key, range);
      if (!file) return new Response(null, { status: 404 });
      const { body, ...meta } = file;
      return new Response(body, { headers: { 'x-meta': JSON.stringify(meta) } });
    }
    case '/delete':
      await files.delete(key);
      return Response.json(null);
    case '/shrink': {
      const images = url.searchParams.has('none') ? undefined : env.IMAGES;
      const picture = new Uint8Array(await request.arrayBuffer());
      const small = await imagesThumbnails(images).shrink(picture, Number(url.searchParams.get('width')));
      if (!small) return new Response(null, { status: 404 });
      return new Response(small.bytes, { headers: { 'content-type': small.contentType } });
    }
    default:
      return new Response(null, { status: 405 });
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    try {
      return await answer(request, env);
    } catch (error) {
      const status = error instanceof RangeError ? 400 : 500;
      return new Response(String(error), { status });
    }
  },
};
