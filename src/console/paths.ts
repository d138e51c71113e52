/** Where the console's pages are. Numbers and names stand in the query, which no log keeps. */
export const PATHS = {
  home: '/admin',
  assets: '/admin/assets/',
  language: '/admin/language',
  login: '/admin/login',
  logout: '/admin/logout',
  invitation: '/admin/invitation',
  confirm: '/admin/invitation/confirm',
  account: '/admin/account',
  password: '/admin/account/password',
  recoveryCodes: '/admin/account/recovery-codes',
  endSession: '/admin/account/end',
  today: '/admin/today',
  queues: '/admin/queues',
  people: '/admin/people',
  person: '/admin/person',
  groups: '/admin/groups',
  group: '/admin/group',
  content: '/admin/content',
  money: '/admin/money',
  catalogue: '/admin/catalogue',
  releases: '/admin/releases',
  announcements: '/admin/announcements',
  uploads: '/admin/uploads',
  operators: '/admin/operators',
  operations: '/admin/operations',
} as const;

/** The page of an operation: `/admin/operations/payouts/settle`. */
export const pageOf = (name: string): string => `${PATHS.operations}/${name.replace('.', '/')}`;

/** A path with its query; what is undefined or empty is left out. */
export function linkTo(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** A path of the console that somebody may be sent back to; undefined for anything else. */
export function ownPath(text: string | null | undefined): string | undefined {
  if (!text || text.length > 1000 || !/^\/admin(?:[/?]|$)/.test(text)) return undefined;
  const parsed = URL.parse(text, 'http://here');
  return parsed?.host === 'here' && /^\/admin(?:\/|$)/.test(parsed.pathname)
    ? parsed.pathname + parsed.search
    : undefined;
}
