// Names that a store holds become names of files in a folder of the volume. One that is no file name is escaped by one rule:
// the part that cannot stand, and then each %, is written as % and two hex digits for each of its bytes; an empty name is %.
import { Buffer } from 'node:buffer';
import { MountError } from '../errors.ts';
import { findPathProblem, VOLUME } from '../file-path.ts';
import { quoteName } from '../printable.ts';

/** No file name has them. */
const NEVER = /[/\0]|\p{Surrogate}/u;
/** The folders that each folder has, and what the driver keeps for itself. */
const DOTS = /^\.$|^\.\./;
const MOST_NAMED = 3;

/** As it stands if it is a file name. */
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
  /** By path, what the file is made of. */
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

  /** What to say of the names that were escaped; undefined: there are none. */
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
