import { safeHtml } from '../../features/releases/safe-html.ts';
import { markdownHtml } from './markdown.ts';

/** Notes in Markdown, or in plain text, as HTML that acts in no way. */
export const notesHtml = (notes: string): string => safeHtml(markdownHtml(notes)).trim();
