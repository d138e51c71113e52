import type { FailureText } from '../../http/failure.ts';
import { FUNCTION_NAME } from '../../http/jsonp.ts';
import { optional, text } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { MAX_SCANS } from './formats/jpeg.ts';
import { takeBody, takeForm } from './take.ts';

const megabytes = (bytes: number) => `${Math.floor((bytes / 1024 / 1024) * 10) / 10}`;

/** The transport's own statuses, because nothing of the call was done (docs/decisions.md#transport). */
const errors = {
  FILE_TOO_LARGE: [-1, ({ UPLOAD_MAX_BYTES }) => `文件不能超过${megabytes(UPLOAD_MAX_BYTES)}MB`, 413],
  TOO_MANY_FILES: [-1, '一次最多上传9个文件', 413],
  TOO_MANY_PIXELS: [-1, '图片尺寸过大', 413],
  TOO_MANY_SCANS: [-1, `图片扫描次数过多，最多${MAX_SCANS}次`, 413],
  TOO_MANY_PARTS: [-1, '文件由过多的小块组成，无法处理', 413],
  UNSUPPORTED_FILE: [-1, '不支持的文件类型，请上传图片、语音或视频', 415],
  HEIC_PICTURE: [-1, '不支持HEIC格式，请转换为JPEG后上传', 415],
  EMPTY_FILE: [-1, '文件为空', 415],
  BROKEN_FILE: [-1, '文件已损坏', 415],
  UPLOADS_OF_DAY_FULL: [
    -1,
    ({ UPLOAD_DAY_BYTES }) => `今天上传的文件已达到${megabytes(UPLOAD_DAY_BYTES)}MB的上限，请明天再试`,
    429,
  ],
  UPLOADS_FULL: [
    -1,
    ({ UPLOAD_TOTAL_BYTES }) => `上传的文件已达到${megabytes(UPLOAD_TOTAL_BYTES)}MB的上限`,
    507,
  ],
  FILE_TAKEN_DOWN: [-1, '该文件已被移除，不能再次上传', 451],
  DISK_FULL: [-1, '服务器存储空间不足，暂时不能上传文件', 503],
} as const satisfies Record<string, FailureText>;

/** What becomes of a file that is neither picture, voice nor film. */
const ANY_FILE =
  'JPEG, PNG, GIF, WebP, AVIF, AMR, MP3, AAC, WAV, Ogg, MP4, MOV, 3GP and WebM are cleaned of metadata and shown. Any other file (HEIC, PDF, ZIP, office documents, pages) is taken as it is, but for a HEIC picture’s place, and offered for download only.';

/** Both shapes that clients know: the document's one URL, and the list of all (docs/decisions.md#replies). */
async function uploaded(context: CallerContext) {
  const uploads = await takeForm(context);
  return { fileSize: uploads[0].url, info: uploads.map(({ url }) => url) };
}

const urls = wire.object({
  fileSize: wire.text('第一个文件的存放地址'),
  info: wire.list(wire.text('文件存放地址')),
});

export const uploadImage = endpoint({
  no: 11,
  path: '/chat/uploadImage',
  title: '上传图片接口',
  summary:
    'Takes in up to nine pictures, voice messages or videos and answers their URLs; what they say of where, when and by what they were made is taken out.',
  params: {},
  body: 'uploads',
  data: urls,
  perMinute: 60,
  invalid: '上传失败',
  errors,
  handler: (context) => uploaded(context),
});

export const pcUploadImage = endpoint({
  no: 12,
  path: '/chat/pcuploadImage',
  title: '电脑端上传图片接口',
  summary: `Takes in a file and answers its size, name and URL. ${ANY_FILE}`,
  params: {},
  body: 'uploads',
  data: wire.object({
    fileSize: wire.count('文件大小（字节）'),
    fileName: wire.text('文件名称'),
    fileUrl: wire.text('文件存放地址'),
  }),
  perMinute: 60,
  invalid: '上传失败',
  errors,
  handler: async (context) => {
    const [{ size, name, url }] = await takeForm(context, { most: 1, any: {} });
    return { fileSize: size, fileName: name, fileUrl: url };
  },
});

const callback = text('回调函数名', 64)
  .regex(FUNCTION_NAME)
  .meta({ description: '回调函数名', type: 'string', pattern: FUNCTION_NAME.source });

export const uploadImageJsonp = endpoint({
  no: 13,
  path: '/chat/uploadImageJsonp',
  title: '上传图片接口（返参为 jsonp 格式）',
  summary: 'Takes in files as uploadImage does; with `callback` the answer is a script that calls it.',
  params: { callback: optional(callback) },
  body: 'uploads',
  data: urls,
  perMinute: 60,
  invalid: '上传失败',
  errors,
  jsonp: 'callback',
  handler: (context) => uploaded(context),
});

export const doUploads = endpoint({
  path: '/chat/doUploads',
  title: '上传文件接口（请求体即文件）',
  summary: `Takes in the request body as one file, as the original iOS app sends it; a form works, too. ${ANY_FILE}`,
  params: { fileExt: optional(text('扩展名，仅供参考：类型由内容决定，其他文件以此为扩展名', 16)) },
  body: 'file',
  data: wire.object({ info: wire.text('文件存放地址') }),
  perMinute: 60,
  invalid: '上传失败',
  errors,
  handler: async (context, { fileExt }) => {
    const wanted = { most: 1, any: { fileExt } };
    const { url } = context.form ? (await takeForm(context, wanted))[0] : await takeBody(context, wanted);
    return { info: url };
  },
});
