/** Prepares `dist/worker-assets`: what a Worker serves as static files. wrangler runs it before each build. */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';

const folder = 'dist/worker-assets';
/** As the self-hosted server answers it (src/homes/bun/home.ts). */
const headers = `/docs/*
  Cache-Control: public, max-age=3600
  X-Content-Type-Options: nosniff
`;

rmSync(folder, { recursive: true, force: true });
mkdirSync(`${folder}/docs`, { recursive: true });
copyFileSync('node_modules/@scalar/api-reference/dist/browser/standalone.js', `${folder}/docs/scalar.js`);
writeFileSync(`${folder}/_headers`, headers);
