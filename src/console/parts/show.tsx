/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import type { Answered } from '../../http/reply.ts';
import { html } from '../response.ts';
import type { Visit } from '../visit.ts';
import { Layout } from './layout.tsx';

/** How a page is answered where it is no success. */
interface Answering {
  readonly status?: number;
  /** What the log says. */
  readonly code?: string;
}

/** Answers with a whole page. */
export async function show(
  visit: Visit,
  title: string,
  content: Child,
  { status, code }: Answering = {},
): Promise<Answered> {
  const page = await (
    <Layout visit={visit} title={title}>
      {content}
    </Layout>
  );
  return html(visit, `<!doctype html>${page}`, status, code);
}
