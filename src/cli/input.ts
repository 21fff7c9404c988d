// Files and standard input as text. A file is read anew each time, as whoever keeps it may have changed it; standard
// input comes once.
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Secret } from '../secret.ts';
import { CannotRead, CommandFailed, cannotRead } from './command-failed.ts';

/** What an HTTP header carries as it is; the tokens of every store and cluster are such text. */
const TOKEN = /^[\x21-\x7e]+$/;

export class Input {
  #standard: Promise<string> | undefined;

  /** @throws CommandFailed */
  async read(file: string): Promise<string> {
    const text = await this.#readText(file);
    if (!isUtf16(text)) return text;
    // Read as it is, it would be a text in which nothing is found.
    throw new CannotRead(file === '-' ? 'standard input' : file, 'is UTF-16 text; save it as UTF-8');
  }

  async #readText(file: string): Promise<string> {
    try {
      if (file !== '-') return await readFile(file, 'utf8');
      this.#standard ??= text(process.stdin);
      return await this.#standard;
    } catch (thrown) {
      throw cannotRead(file, thrown);
    }
  }

  /** @throws CommandFailed */
  async readToken(file: string): Promise<Secret<string>> {
    return toToken(file, await this.read(file));
  }
}

/** A byte order mark and a first character, taken for UTF-8: what ">" of Windows PowerShell writes. */
function isUtf16(text: string): boolean {
  return text.startsWith('\uFFFD\uFFFD') && text.slice(2, 4).includes('\0');
}

/** @param where it comes from: a file or a variable. @throws CommandFailed, which never holds any of it. */
export function toToken(where: string, text: string): Secret<string> {
  const token = text.trim();
  if (token === '') throw new CommandFailed(`${where} is empty; it should hold a token`);
  if (!TOKEN.test(token)) throw new CommandFailed(`${where} holds something else than one token`);
  return new Secret(token);
}
