/** Headers of every answer of a peer. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** The envelope's text; `data` holds strings alone. */
export const envelope = (code: number, data: Readonly<Record<string, string>>): string =>
  `{"code":"${code}","data":${JSON.stringify(data)}}`;

export const ok = (text: string): Response => new Response(text, { headers: { 'content-type': JSON_TYPE } });

export const refused = (code: number, info: string): string => envelope(code, { info });
