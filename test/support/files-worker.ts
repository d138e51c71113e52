import { readConfig } from '../../src/config.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { SessionId, UserId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import { systemRandom } from '../../src/core/random.ts';
import { discardUploads, type StoredUpload, storeUpload } from '../../src/features/uploads/store.ts';
import { Refusal } from '../../src/http/failure.ts';
import { Intake } from '../../src/http/intake.ts';
import { RequestBody } from '../../src/http/request-body.ts';
import { openUploadForm } from '../../src/http/upload-form.ts';
import { r2Files } from '../../src/platform/files/r2.ts';
import { imagesThumbnails } from '../../src/platform/files/thumbnails.images.ts';
import { shrinkable } from './shrinkable.ts';

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
    case '/hide':
      await files.hide(key);
      return Response.json(null);
    case '/show':
      await files.show(key);
      return Response.json(null);
    case '/list':
      return Response.json(await files.list(url.searchParams.get('after') ?? undefined));
    case '/free':
      return Response.json((await files.free()) ?? null);
    case '/delete':
      await files.delete(key);
      return Response.json(null);
    case '/shrink': {
      const images = url.searchParams.has('none') ? undefined : env.IMAGES;
      const picture = new Uint8Array(await request.arrayBuffer());
      const width = Number(url.searchParams.get('width'));
      const small = await imagesThumbnails(images).shrink(await shrinkable(picture), width);
      if (!small) return new Response(null, { status: 404 });
      return new Response(small.bytes, { headers: { 'content-type': small.contentType } });
    }
    case '/store':
      return store(request, env);
    default:
      return new Response(null, { status: 405 });
  }
}

/** Takes the files of a form in, as an endpoint does, and answers what became of them. */
async function store(request: Request, env: Env): Promise<Response> {
  const config = readConfig({});
  const context = {
    caller: { userId: 1 as UserId, sessionId: 1 as SessionId, device: 0 },
    config,
    clock: systemClock,
    random: systemRandom,
    files: r2Files(env.FILES),
    thumbnails: imagesThumbnails(env.IMAGES),
    publicUrl: 'http://worker.test',
    log: silentLog,
  };
  const body = new RequestBody(request, new Intake(config, systemClock, true), () => []);
  body.admit = async () => {};
  const type = request.headers.get('content-type') ?? '';
  const form = openUploadForm(body, type, config.UPLOAD_MAX_BYTES);
  const fields = [...((await form?.leadingFields()) ?? [])];
  const uploads: StoredUpload[] = [];
  try {
    for await (const { name, bytes } of form?.files() ?? []) {
      uploads.push(await storeUpload(context, bytes, name));
    }
  } catch (error) {
    await discardUploads(context, uploads);
    const refusal = error instanceof Refusal ? error.reason : String(error);
    return Response.json({ refusal, left: (await env.FILES.list()).objects.length });
  } finally {
    await form?.cancel();
  }
  return Response.json({ fields, uploads });
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
