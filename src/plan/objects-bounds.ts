// How much YAML the text of `objects` may hold.
import type { YamlBounds } from '../yaml/bounds.ts';

/** Five tokens for each node, which lexer and parser do in some 50 ms. docs/security.md lists these bounds. */
export const OBJECTS_BOUNDS: YamlBounds = Object.freeze({
  bytes: 256 * 1024,
  depth: 32,
  depthFix: 'an object needs three',
  nodes: 10_000,
  tokens: 50_000,
  // More than a class can hold in the API server (1.5 MiB with the rest).
  chars: 1024 * 1024,
  fix: 'split it over several classes',
});
