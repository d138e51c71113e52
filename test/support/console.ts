import type { Role } from '../../src/operations/actor.ts';
import type { TestApp } from './app.ts';
import { cookieOf, operator as operatorOf, SANDBOX } from './operators.ts';

/** A page as a browser has it. */
export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it sends the browser on. */
  readonly location: string | undefined;
  readonly cookie: string;
}

export type Fields = Readonly<Record<string, string | undefined>>;

export interface Browsing {
  readonly origin?: string | undefined;
  readonly language?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly from?: string;
}

/** Asks for a page, or sends a form to it, as a browser at the sandbox's address does. */
export async function browse(
  app: Pick<TestApp, 'fetch'>,
  path: string,
  cookie = '',
  fields?: Fields,
  { origin = SANDBOX, language = 'en', headers = {}, from }: Browsing = {},
): Promise<Page> {
  const sent = Object.entries(fields ?? {}).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  const request = new Request(`${SANDBOX}${path}`, {
    method: fields ? 'POST' : 'GET',
    headers: {
      'accept-language': language,
      ...(cookie ? { cookie } : {}),
      ...(fields
        ? { origin, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }
        : {}),
      ...headers,
    },
    ...(fields ? { body: new URLSearchParams(sent).toString() } : {}),
  });
  const response = await app.fetch(request, from);
  return {
    status: response.status,
    headers: response.headers,
    text: await response.text(),
    location: response.headers.get('location') ?? undefined,
    cookie: cookieOf({ status: response.status, headers: response.headers, body: undefined }),
  };
}

const unescaped = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** What the fields of a page's forms are filled with; of several of one name the last. */
export function fieldsIn({ text }: Page): Record<string, string> {
  const main = text.slice(text.indexOf('<main'));
  const inputs = [...main.matchAll(/<input ([^>]*)>/g)].map(([, attributes = '']) => attributes);
  const of = (attributes: string, name: string) =>
    new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1];
  return Object.fromEntries(
    inputs
      .filter((attributes) => of(attributes, 'type') !== 'checkbox')
      .map((attributes) => [of(attributes, 'name') ?? '', unescaped(of(attributes, 'value') ?? '')]),
  );
}

/** The names of the operations whose pages a page leads to. */
export const operationsIn = ({ text }: Page): string[] => [
  ...new Set(
    [...text.matchAll(/(?:href|action)="\/admin\/operations\/([a-z-]+)\/([a-z-]+)/g)].map(
      ([, subject, verb]) => `${subject}.${verb}`,
    ),
  ),
];

/** Somebody of this role at their browser. */
export async function somebody(app: TestApp, role: Role) {
  const { cookie, freshCode, recoveryCodes } = await operatorOf(app, `a-${role}`, role);
  return {
    cookie,
    freshCode,
    recoveryCodes,
    get: (path: string, browsing?: Browsing) => browse(app, path, cookie, undefined, browsing),
    /** Sends a form with the fields that the page has, and these. */
    async send(path: string, fields: Fields, browsing?: Browsing) {
      const page = await browse(app, path, cookie, undefined, browsing);
      const [action = ''] = path.split('?');
      return browse(app, action, cookie, { ...fieldsIn(page), ...fields }, browsing);
    },
    post: (path: string, fields: Fields, browsing?: Browsing) => browse(app, path, cookie, fields, browsing),
  };
}
export type Somebody = Awaited<ReturnType<typeof somebody>>;
