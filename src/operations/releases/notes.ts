import { Marked } from 'marked';
import { safeHtml } from '../../features/releases/safe-html.ts';

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Markdown whose line ends count, so that plain text is shown as it was written; its HTML is text like any other. */
const markdown = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }) => escaped(text),
    image: ({ text }) => escaped(text),
  },
});

/** Notes in Markdown, or in plain text, as HTML that acts in no way. */
export const notesHtml = (notes: string): string => safeHtml(markdown.parse(notes, { async: false })).trim();
