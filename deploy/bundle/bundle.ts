// Bundles the program into one file, dist/secretmount.js. Two libraries that others import and we never reach are
// left out: axios (node-vault is given our own transport) and proto-loader (grpc-js loads it for channelz only).
import { chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const OUT = 'dist/secretmount.js';
const left = fileURLToPath(new URL('./left-out.ts', import.meta.url));

/** No inspector on a signal, no code from strings: what a process that holds secrets should not be able to do. */
const SHEBANG = '#!/usr/bin/env -S node --disable-sigusr1 --disallow-code-generation-from-strings';
/** CommonJS inside an ES module: bundled libraries call require for Node's own modules. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

await build({
  entryPoints: ['src/main.ts'],
  outfile: OUT,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  minifySyntax: true,
  legalComments: 'none',
  alias: { axios: left, '@grpc/proto-loader': left },
  banner: { js: `${SHEBANG}\n${REQUIRE}` },
  logLevel: 'info',
});
await chmod(OUT, 0o755);
