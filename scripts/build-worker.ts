/** `npm run build:worker`: the Worker's bundle as it is deployed, into `dist/worker`, without an account or a network. */
import { spawnSync } from 'node:child_process';

/** wrangler asks for updates, metrics and a sample of request data unless told not to. */
const QUIET = {
  WRANGLER_SEND_METRICS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CI: 'true',
};

const wrangler = ['node_modules/wrangler/bin/wrangler.js', 'deploy', '--dry-run', '--outdir', 'dist/worker'];
const { status } = spawnSync(process.execPath, ['--bun', ...wrangler], {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, ...QUIET },
});
process.exit(status ?? 1);
