/** Prepares `dist/worker-assets`: what a Worker serves as static files. wrangler runs it before each build. */

import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { CONSOLE_FILES, CONSOLE_WORDS } from './console-files.ts';

const folder = 'dist/worker-assets';
/** As the self-hosted server answers it (src/homes/bun/home.ts). */
const headers = `/docs/*
  Cache-Control: public, max-age=3600
  X-Content-Type-Options: nosniff
`;

rmSync(folder, { recursive: true, force: true });
mkdirSync(`${folder}/docs`, { recursive: true });
copyFileSync('node_modules/@scalar/api-reference/dist/browser/standalone.js', `${folder}/docs/scalar.js`);
// The Worker itself serves them, where its operators' side is (`run_worker_first` in wrangler.toml).
mkdirSync(`${folder}/console`, { recursive: true });
for (const [name, path] of Object.entries({ ...CONSOLE_FILES, ...CONSOLE_WORDS }))
  copyFileSync(path, `${folder}/console/${name}`);
writeFileSync(`${folder}/_headers`, headers);
