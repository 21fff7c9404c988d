// Expressions that a class names, in RE2's syntax: they read a text once, whatever they are. The library comes with the first
// class that has one.
import { Lazy } from './lazy.ts';
import type { Pattern } from './re2.ts';

export interface PatternLibrary {
  /** @returns what is wrong with the text, or the expression. */
  parsePattern(text: string): Pattern | string;
}

export const PATTERNS = new Lazy<PatternLibrary>(() => import('./re2.ts'));
