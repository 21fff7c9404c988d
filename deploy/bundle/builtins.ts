// Node's own modules, taken with process.getBuiltinModule instead of import, and of each only the exports that are
// used. An import of node:http makes a binding of everything that module has, WebSocket too, and so loads all of
// undici (Node 26): 3 MB that nobody asked for.
import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

/** Loaded when first touched: grpc-js needs zlib only for a caller that compresses, which the driver does not. */
const RARE: ReadonlySet<string> = new Set(['zlib']);

export const takeBuiltins: Plugin = {
  name: 'take builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z0-9:_/]+$/ }, ({ path, kind }) =>
      isBuiltin(path)
        ? { path: path.replace(/^node:/, ''), namespace: kind === 'require-call' ? 'required' : 'imported' }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({ contents: `module.exports = ${take(path)};` }));
    onLoad({ filter: /.*/, namespace: 'imported' }, ({ path }) => ({ contents: toModule(path) }));
  },
};

function take(name: string): string {
  const module = `process.getBuiltinModule('node:${name}')`;
  return RARE.has(name) ? `new Proxy({}, { get: (_, key) => ${module}[key] })` : module;
}

/** Each export is the result of a call that is marked pure: esbuild drops those that nobody imports. */
function toModule(name: string): string {
  const names = Object.keys(process.getBuiltinModule(`node:${name}`) ?? {}).filter((key) => key !== 'default');
  const lines = names.map((key) => `const _${key} = /* @__PURE__ */ get('${key}'); export { _${key} as ${key} };`);
  return `const whole = ${take(name)}; const get = (key) => whole[key]; export default whole;\n${lines.join('\n')}`;
}
