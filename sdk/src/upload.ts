import { type Answer, answerOf } from './answer.ts';
import type { Attempt } from './attempt.ts';
import type { NativeFile, UploadFile, UploadOptions } from './options.ts';
import { lost } from './result.ts';

const FIELD = 'fileUpload';

/** React Native's own FormData takes its files as they are. */
interface NativeForm {
  append(name: string, file: NativeFile): void;
}

const isNative = (file: UploadFile): file is NativeFile => 'uri' in file;

/** Files as the form in which the server takes them. */
export function formOf(files: readonly UploadFile[]): FormData {
  const form = new FormData();
  for (const file of files) {
    if (isNative(file))
      (form as unknown as NativeForm).append(FIELD, file); // React Native’s form takes it
    else form.append(FIELD, file, 'name' in file && typeof file.name === 'string' ? file.name : 'file');
  }
  return form;
}

/** A form as a stream that tells how much of it has been read. */
export function counted(
  form: FormData,
  files: readonly UploadFile[],
  onProgress: UploadOptions['onProgress'],
): Attempt['init'] {
  const total = files.reduce((sum, file) => sum + (isNative(file) ? 0 : file.size), 0);
  const whole = new Response(form);
  const type = whole.headers.get('content-type') ?? '';
  let sent = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      sent += chunk.length;
      onProgress?.(Math.min(sent, total), total); // what stands between the files is not counted
    },
  });
  const body = whole.body?.pipeThrough(counter) ?? null;
  return { method: 'POST', body, duplex: 'half', headers: { 'content-type': type } };
}

/** What an upload needs of XMLHttpRequest. */
interface Xhr {
  readonly status: number;
  readonly responseText: string;
  readonly upload: {
    onprogress: ((event: { readonly loaded: number; readonly total: number }) => void) | null;
  };
  timeout: number;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  ontimeout: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getResponseHeader(name: string): string | null;
  send(form: FormData): void;
  abort(): void;
}
export type XhrClass = new () => Xhr;

/** Where there is one, only XMLHttpRequest tells how much of a body has gone: in browsers and React Native. */
export const xhrClass = (): XhrClass | undefined =>
  (globalThis as { readonly XMLHttpRequest?: XhrClass }).XMLHttpRequest;

/** Makes a request once by XMLHttpRequest. */
export function attemptByXhr(
  Xhr: XhrClass,
  { call, url, init, timeoutMs, signal }: Attempt,
  form: FormData,
  onProgress: UploadOptions['onProgress'],
): Promise<Answer> {
  const request = new Xhr();
  return new Promise((resolve) => {
    request.open('POST', url);
    for (const [name, value] of Object.entries(init.headers ?? {})) request.setRequestHeader(name, value);
    request.timeout = timeoutMs;
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(loaded, total);
    request.onload = () =>
      resolve(answerOf(call, request.status, request.responseText, request.getResponseHeader('retry-after')));
    request.onerror = () => resolve(lost('NO_CONNECTION', 'The connection broke.'));
    request.ontimeout = () => resolve(lost('TIMED_OUT', `No answer came within ${timeoutMs} ms.`));
    request.onabort = () => resolve(lost('ABORTED', 'The upload was given up.'));
    if (signal?.aborted) return resolve(lost('ABORTED', 'The upload was given up before it began.'));
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}
