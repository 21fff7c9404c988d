// Paths as Go's package path cuts them, and sprig's functions of them. On Linux a file's path is no different.
import { define } from '../function.ts';

export const SPRIG_PATHS = {
  base: define(['string'], (_, path) => base(path)),
  osBase: define(['string'], (_, path) => base(path)),
  dir: define(['string'], (_, path) => clean(path.slice(0, path.lastIndexOf('/') + 1))),
  osDir: define(['string'], (_, path) => clean(path.slice(0, path.lastIndexOf('/') + 1))),
  clean: define(['string'], (_, path) => clean(path)),
  osClean: define(['string'], (_, path) => clean(path)),
  ext: define(['string'], (_, path) => ext(path)),
  osExt: define(['string'], (_, path) => ext(path)),
  isAbs: define(['string'], (_, path) => path.startsWith('/')),
  osIsAbs: define(['string'], (_, path) => path.startsWith('/')),
} as const;

function base(path: string): string {
  if (path === '') return '.';
  const trimmed = path.replace(/(?<!\/)\/+$/, '');
  return trimmed.slice(trimmed.lastIndexOf('/') + 1) || '/';
}

function ext(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}

function clean(path: string): string {
  const isRooted = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!isRooted) kept.push(part);
  }
  return (isRooted ? '/' : '') + kept.join('/') || '.';
}
