// A path that still begins with ~, as in --out=~/secrets: whoever wrote it meant a folder that the shell fills in.

const UNEXPANDED = 'the shell replaces ~ only if a word starts with it, unquoted: write $HOME instead';

/** The end of a message that such a path is not there; empty for any other path. */
export function unexpandedHint(path: string): string {
  return path.startsWith('~') ? `; ${UNEXPANDED}` : '';
}
