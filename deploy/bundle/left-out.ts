// What libraries bring along and the daemon never reaches, each with the reason. Left out not for the file's size: V8
// keeps the source of all that is loaded, and what a module defines when it is loaded. bench/ shows the memory.
import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

interface LeftOut {
  readonly name: string;
  /** Files by their path. */
  readonly files: RegExp;
  /** The module in their place. By default one whose every part throws when it is called. */
  readonly instead?: string;
}

/** The parts of grpc-js that src/ imports. esbuild says so where that is more. */
const GRPC_SERVER = `
export { LogVerbosity as logVerbosity } from './constants.js';
export { setLoggerVerbosity as setLogVerbosity } from './logging.js';
export { Server } from './server.js';
export { ServerCredentials } from './server-credentials.js';`;

const LEFT_OUT: readonly LeftOut[] = [
  // node-vault's HTTP library, request schemas, templates and named commands: it is given our transport, and only
  // its client.request is called (src/vault/client.ts).
  { name: 'axios', files: /\/node_modules\/axios\// },
  { name: 'tv4', files: /\/node_modules\/tv4\//, instead: 'module.exports = { validate: () => true };' },
  { name: 'mustache', files: /\/node_modules\/mustache\// },
  { name: 'node-vault commands', files: /\/node-vault\/src\/commands\.js$/, instead: 'module.exports = {};' },
  // Prints what is sent, tokens and all, where DEBUG says so.
  { name: 'debug', files: /\/node_modules\/debug\//, instead: 'module.exports = () => () => {};' },
  // grpc-js as a client, with its channels, name resolvers and load balancers: its index sets them all up. And the
  // loader that its channelz service would call.
  { name: 'grpc-js client', files: /\/grpc-js\/build\/src\/make-client\.js$/ },
  { name: 'grpc-js index', files: /\/grpc-js\/build\/src\/index\.js$/, instead: GRPC_SERVER },
  { name: 'proto-loader', files: /\/node_modules\/@grpc\/proto-loader\// },
  // 64-bit integers, of which our messages have none. protobufjs takes null for: not installed.
  { name: 'long', files: /\/node_modules\/long\//, instead: 'module.exports = null;' },
  // prom-client's own process metrics, its push client, cluster mode and summaries; the first brings OpenTelemetry.
  { name: 'prom-client extras', files: /\/prom-client\/lib\/(defaultMetrics|pushgateway|cluster|summary)\.js$/ },
];

export const leaveOut: Plugin = {
  name: 'leave out',
  setup({ onLoad }) {
    for (const { name, files, instead } of LEFT_OUT) {
      onLoad({ filter: files }, ({ path }) => ({ contents: instead ?? refuseCalls(name), resolveDir: dirname(path) }));
    }
  },
};

function refuseCalls(name: string): string {
  const text = JSON.stringify(`${name} is left out of the bundle (deploy/bundle/left-out.ts)`);
  return `const refuse = () => { throw new Error(${text}); };
module.exports = new Proxy(refuse, { get: (_, key) => (key === '__esModule' ? undefined : refuse) });`;
}
