import type { TestApp } from './app.ts';

/** What `/metrics` says. */
export async function scraped(app: Pick<TestApp, 'fetch'>, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  return (await app.fetch(new Request('http://teahouse.test/metrics', { headers }))).text();
}

/** The value of a metric with exactly these labels; undefined where there is none. */
export function lineOf(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const start = pairs.length > 0 ? `${name}{${pairs.join(',')}} ` : `${name} `;
  const line = text.split('\n').find((each) => each.startsWith(start));
  return line === undefined ? undefined : Number(line.slice(start.length));
}

/** The names of the metrics that a text declares. */
export const namesIn = (text: string): string[] =>
  [...text.matchAll(/^# TYPE (\S+) \S+$/gm)].map(([, name = '']) => name);
