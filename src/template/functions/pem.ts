// PEM blocks as Go's encoding/pem reads and writes them.
import { Buffer } from 'node:buffer';
import { toBytes } from '../text.ts';
import { base64Decoded } from './base-text.ts';

export interface PemBlock {
  readonly type: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Buffer;
}

const BEGIN = /(?<=^|\n)-----BEGIN ([^\n]*?)-----[ \t]*\r?(?:\n|$)/g;
const END = /(?<=^|\n)-----END ([^\n]*?)-----[ \t]*\r?(?:\n|$)/g;
const HEADER = /^([^:\n]*):([^\n]*)\n/;
const LINES = /.{1,64}/g;

/** All blocks of a text, and whether anything follows the last. What is no block is passed over. */
export function readPem(text: string): { readonly blocks: readonly PemBlock[]; readonly rest: string } {
  const blocks: PemBlock[] = [];
  const ends = [...text.matchAll(END)];
  let next = 0;
  let end = 0;
  for (const begin of text.matchAll(BEGIN)) {
    const from = begin.index + begin[0].length;
    while (next < ends.length && (ends[next] as RegExpExecArray).index < from) next += 1;
    const found = ends[next];
    if (found === undefined) break;
    const type = begin[1] as string;
    const block = type === found[1] ? blockOf(type, text.slice(from, found.index)) : undefined;
    if (block === undefined) continue;
    blocks.push(block);
    end = found.index + found[0].length;
  }
  return { blocks, rest: text.slice(end) };
}

function blockOf(type: string, body: string): PemBlock | undefined {
  const headers = new Map<string, string>();
  let rest = body;
  for (let found = HEADER.exec(rest); found !== null; found = HEADER.exec(rest)) {
    headers.set((found[1] as string).trim(), (found[2] as string).trim());
    rest = rest.slice(found[0].length);
  }
  const decoded = base64Decoded(rest.replace(/[\s]/g, ''));
  return typeof decoded === 'string' ? { type, headers, bytes: toBytes(decoded) } : undefined;
}

export function writePem(type: string, bytes: Uint8Array, headers: ReadonlyMap<string, string> = new Map()): string {
  const base64 = Buffer.from(bytes).toString('base64');
  const lines = base64.match(LINES) ?? [];
  return `-----BEGIN ${type}-----\n${headerLines(headers)}${lines.map((line) => `${line}\n`).join('')}-----END ${type}-----\n`;
}

/** `Proc-Type` comes first, the rest is sorted. */
function headerLines(headers: ReadonlyMap<string, string>): string {
  if (headers.size === 0) return '';
  const names = [...headers.keys()].sort((left, right) => {
    const rank = (name: string) => (name === 'Proc-Type' ? 0 : 1);
    return rank(left) - rank(right) || (left < right ? -1 : 1);
  });
  return `${names.map((name) => `${name}: ${headers.get(name)}\n`).join('')}\n`;
}
