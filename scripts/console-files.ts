/** The files that the console's pages load, and where they come from. */
export const CONSOLE_FILES = {
  'console.css': 'src/console/assets/console.css',
  'console.js': 'src/console/assets/console.js',
  'htmx.js': 'node_modules/htmx.org/dist/htmx.min.js',
} as const;

/** What the server reads for them. */
export const CONSOLE_WORDS = { 'zh.json': 'src/console/words/declared.zh.json' } as const;
