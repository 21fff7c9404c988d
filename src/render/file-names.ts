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
  /** By path, the name it is made of. */
  readonly #names = new Map<string, string>();
  readonly #escaped: string[] = [];

  /** @param path of the secret, for messages */
  constructor(folder: string, path: string) {
    this.#folder = folder;
    this.#path = path;
  }

  /** @param renamed what `name` is called in the volume. @throws MountError file-name */
  add(name: string, renamed = name): string {
    const file = fileNameOf(renamed);
    const path = this.#folder === VOLUME ? file : `${this.#folder}/${file}`;
    if (file !== renamed) this.#escaped.push(`${quoteName(renamed)} is ${quoteName(file)}`);
    if (findPathProblem(path) !== undefined)
      throw this.#refusal(`the name ${quoteName(name)} is too long for a file; leave it out or rename it`);
    const other = this.#names.get(path);
    if (other !== undefined)
      throw this.#refusal(
        `both ${quoteName(other)} and ${quoteName(name)} are the file ${quoteName(file)}; leave one out or rename it`,
      );
    this.#names.set(path, name);
    return path;
  }

  /** What to say of the names that were escaped; undefined: there are none. */
  get warning(): string | undefined {
    const count = this.#escaped.length;
    if (count === 0) return undefined;
    const more = count > MOST_NAMED ? ` and ${count - MOST_NAMED} more` : '';
    return `names that no file can have are escaped: ${this.#escaped.slice(0, MOST_NAMED).join(', ')}${more}; rename them to choose their names`;
  }

  #refusal(text: string): MountError {
    return new MountError('file-name', `${this.#path}: ${text}`);
  }
}
