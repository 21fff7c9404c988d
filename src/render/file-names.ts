// Names in a store become file names in a folder of the volume. If a name cannot be a file name, one rule escapes it: each
// offending character, and then each %, becomes % and two hex digits per byte; an empty name becomes %.
import { Buffer } from 'node:buffer';
import { MountError } from '../errors.ts';
import { findPathProblem, VOLUME } from '../file-path.ts';
import { quoteName } from '../printable.ts';

/** Characters that no file name may have. */
const NEVER = /[/\0]|\p{Surrogate}/u;
/** `.`, and names that begin with `..`: those belong to the system and the driver. */
const DOTS = /^\.$|^\.\./;
const MOST_NAMED = 3;

/** Unchanged if it is already a file name. */
export function fileNameOf(name: string): string {
  if (name === '') return '%';
  if (!NEVER.test(name) && !DOTS.test(name)) return name;
  const escaped = name.replace(/[/\0%]|\p{Surrogate}/gu, percent);
  return DOTS.test(escaped) ? `${percent('.')}${escaped.slice(1)}` : escaped;
}

function percent(char: string): string {
  return Buffer.from(char).toString('hex').toUpperCase().replace(/../g, '%$&');
}

/** Makes the paths of one object's files. */
export class FilePaths {
  readonly #folder: string;
  readonly #path: string;
  /** What each file is made of, by path. */
  readonly #keys = new Map<string, string>();
  readonly #escaped = new Map<string, string>();

  /** @param path of the secret, for messages */
  constructor(folder: string, path: string) {
    this.#folder = folder;
    this.#path = path;
  }

  /**
   * @param names of the file, and before it of its folders
   * @param key what the file is made of, for messages
   * @throws MountError file-name
   */
  add(names: readonly string[], key = names.join('/')): string {
    const files = names.map(fileNameOf);
    const file = files.join('/');
    const path = this.#folder === VOLUME ? file : `${this.#folder}/${file}`;
    for (const [index, name] of names.entries())
      if (files[index] !== name) this.#escaped.set(name, files[index] as string);
    if (findPathProblem(path) !== undefined)
      throw this.#refusal(`the name ${quoteName(key)} is too long for a file; leave it out or rename it`);
    const other = this.#keys.get(path);
    if (other !== undefined)
      throw this.#refusal(
        `both ${quoteName(other)} and ${quoteName(key)} are the file ${quoteName(file)}; leave one out or rename it`,
      );
    this.#keys.set(path, key);
    return path;
  }

  /** A warning about the names that were escaped; undefined if there are none. */
  get warning(): string | undefined {
    const count = this.#escaped.size;
    if (count === 0) return undefined;
    const shown = [...this.#escaped]
      .slice(0, MOST_NAMED)
      .map(([name, file]) => `${quoteName(name)} is ${quoteName(file)}`);
    const more = count > MOST_NAMED ? ` and ${count - MOST_NAMED} more` : '';
    return `names that no file can have are escaped: ${shown.join(', ')}${more}; rename them to choose their names`;
  }

  #refusal(text: string): MountError {
    return new MountError('file-name', `${this.#path}: ${text}`);
  }
}
