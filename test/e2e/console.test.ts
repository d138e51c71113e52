import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_URL, ownerOf } from './support/admin-host.ts';
import { startProduction } from './support/production.ts';
import { isAddress, type Target } from './support/target.ts';

const target = process.env['TARGET'] ?? 'bun';

interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Asks for a page under the name of a host, as a browser behind a proxy does. */
function ask({ url }: Target, host: string, path: string, cookie = ''): Promise<Page> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'accept-language': 'en', ...(cookie ? { cookie } : {}) };
    const sent = request(url + path, { headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe.skipIf(isAddress(target))('the console', () => {
  const host = new URL(ADMIN_URL).host;
  let server: Target;
  let cookie: string;
  beforeAll(async () => {
    server = await startProduction(target, { ADMIN_URL });
    cookie = await ownerOf(server);
  }, 120_000);
  afterAll(() => server?.stop());

  test('has its files where the operators’ side is, under names that browsers may keep', async () => {
    const { status, text } = await ask(server, host, '/admin/login');
    expect(status).toBe(200);
    const files = [...text.matchAll(/(?:src|href)="(\/admin\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files).toHaveLength(3);
    for (const path of files) {
      const { status, headers, text } = await ask(server, host, path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers['cache-control']).toContain('immutable');
      expect(headers['content-type']).toMatch(/^text\/(css|javascript)/);
      expect(text.length).toBeGreaterThan(1000);
      expect((await ask(server, 'tea.test', path)).status).toBe(404);
    }
    for (const path of ['/admin', '/admin/login', '/console/console.css', '/console/htmx.js'])
      expect([path, (await ask(server, 'tea.test', path)).status]).toEqual([path, 404]);
  });

  test('shows an operator what waits', async () => {
    expect((await ask(server, host, '/admin/today')).status).toBe(303);
    const { status, text } = await ask(server, host, '/admin/today', cookie);
    expect(status).toBe(200);
    expect(text).toContain('Hello, li');
    expect((await ask(server, host, '/admin/operations/audit/list', cookie)).text).toContain(
      'Operators · Add',
    );
  });
});
